// Building elements. Texts only ever become text nodes, so nothing anybody writes turns into markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  attach: "M19 11.5 12 18.5a4.5 4.5 0 0 1-6.4-6.4l7.6-7.6a3 3 0 0 1 4.3 4.3l-7.6 7.6a1.5 1.5 0 0 1-2.1-2.1l6.6-6.6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  dots: "M6 12v.01M12 12v.01M18 12v.01",
  copy: "M9 9h10v11H9zM5 15V4h10",
  link: "M8 16 17 7M10 7h7v7",
  reply: "M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6",
  forward: "M14 6l6 6-6 6M19.5 12H10a6 6 0 0 0-6 6",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 2-2 5 5M15.5 9.5v.01",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4M6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  sticker: "M12 4a8 8 0 1 0 8 8M12 4c0 5 3 8 8 8M12 4l8 8M9 10v.01M9 14.5c1 1.3 3 1.7 4.5 1",
  place: "M12 21c-4-4.5-6-7.5-6-10.5a6 6 0 0 1 12 0c0 3-2 6-6 10.5M12 12.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  bulb: "M9 17.5h6M10 20.5h4M8.5 14.5a6 6 0 1 1 7 0c-.6.5-.5 1.5-.5 3H9c0-1.5.1-2.5-.5-3",
  keyboard: "M3 7h18v11H3zM7 10.500v.01M11 10.500v.01M15 10.500v.01M18 10.500v.01M8 14.500h8",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.500l3 1.5",
  group: "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 19.500c.7-3.7 3.3-5 6.5-5s5.8 1.3 6.5 5M15.5 4.800a3.5 3.5 0 0 1 0 6.500M18 14.800c2 .700 3.1 2.2 3.5 4.7",
  trash: "M5 7h14M9.5 7V4.500h5V7M7 7l1 13h8l1-13",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", ...(["more", "dots"].includes(name) ? ["dotted"] : []));
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "icon-button", title: label, "aria-label": label, onclick, ...attributes }, icon(name));
}
