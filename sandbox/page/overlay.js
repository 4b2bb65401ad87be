// What lies over the chats: menus, dialogs, notes that pass.

import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

// A menu at the anchor. `items` are [icon, label, action]; arrows move, Escape and a click outside close.
export function openMenu(anchor, items) {
  const buttons = items.map(([name, label, action]) =>
    el("button", { type: "button", role: "menuitem", onclick: () => { menu.hidePopover(); action(); } }, icon(name), el("span", {}, label)));
  const menu = el("div", { class: "menu", role: "menu", popover: "auto" }, buttons);
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      const inside = menu.contains(document.activeElement);
      menu.remove();
      if (inside) anchor.focus();
    }
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, anchor);
  buttons[0].focus();
}

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), innerWidth - menu.offsetWidth - 8);
  const below = at.bottom + 6 + menu.offsetHeight < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - menu.offsetHeight - 6)}px`;
}

function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

// The alert of answerCallbackQuery.
export function alertDialog(title, text) {
  const close = el("button", { type: "button", class: "key primary", onclick: () => dialog.close() }, t("ok"));
  const dialog = el("dialog", { class: "sheet", "aria-label": title }, el("h2", {}, title), el("p", {}, text), el("div", { class: "row" }, close));
  show(dialog);
  close.focus();
}

// Asks for the fields ({name, label, rows}) and calls `done` with their values.
export function formDialog(title, fields, submit, done) {
  const inputs = fields.map((field) => el(field.rows ? "textarea" : "input", { name: field.name, required: true, ...field.attributes }));
  const labels = fields.map((field, i) => el("label", {}, el("span", {}, field.label), inputs[i]));
  const cancel = el("button", { type: "button", class: "key", onclick: () => dialog.close() }, t("cancel"));
  const form = el("form", { method: "dialog" }, el("h2", {}, title), labels,
    el("div", { class: "row" }, cancel, el("button", { class: "key primary" }, submit)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    done(Object.fromEntries(new FormData(form)));
  });
  const dialog = el("dialog", { class: "sheet", "aria-label": title }, form);
  show(dialog);
}

export function photoDialog(url) {
  const close = iconButton("close", t("close"), () => dialog.close());
  const dialog = el("dialog", { class: "lightbox", "aria-label": t("photo") }, el("img", { src: url, alt: "", onclick: () => dialog.close() }), close);
  show(dialog);
}

// A note over a chat (or over the page) that goes by itself.
export function toast(place, text, seconds = 3.5) {
  place.querySelector(":scope > .toast")?.remove();
  const node = el("div", { class: "toast", role: "status" }, text);
  place.append(node);
  setTimeout(() => node.remove(), seconds * 1000);
}
