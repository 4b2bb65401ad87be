// Telegram's text with entities (offsets in UTF-16 units, as JavaScript counts) as DOM nodes.

import { el } from "./dom.js";
import { t } from "./words.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const SAFE = /^(https?|tel|mailto|tg):/i;

// The address if it may be opened, null for javascript: and the like.
export function safeUrl(url) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  return SAFE.test(full) ? full : null;
}

export function formatted(text, entities, chat) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return slice(text, sorted, 0, text.length, chat);
}

function slice(text, entities, start, end, chat) {
  const nodes = [];
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next];
    const stop = Math.min(entity.offset + entity.length, end);
    let inner = next + 1;
    while (inner < entities.length && entities[inner].offset < stop) inner += 1;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const from = Math.max(at, entity.offset);
    const inside = slice(text, entities.slice(next + 1, inner), from, stop, chat);
    nodes.push(wrapped(entity, inside, text.slice(from, stop), chat));
    at = stop;
    next = inner;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return trimmedAfterBlocks(nodes);
}

// A line break beside a quote or a code block is already made by the block.
function trimmedAfterBlocks(nodes) {
  const isBlock = (node) => node instanceof Element && ["BLOCKQUOTE", "PRE"].includes(node.tagName);
  return nodes.map((node, i) => {
    if (typeof node !== "string") return node;
    let text = isBlock(nodes[i - 1]) ? node.replace(/^\n/, "") : node;
    if (isBlock(nodes[i + 1])) text = text.replace(/\n$/, "");
    return text;
  });
}

function wrapped(entity, inside, text, chat) {
  switch (entity.type) {
    case "spoiler": return spoiler(inside);
    case "blockquote": return el("blockquote", {}, inside);
    case "expandable_blockquote": return quote(inside);
    case "text_link": return link(entity.url, inside, chat);
    case "url": return link(text, inside, chat);
    case "email": return link(`mailto:${text}`, inside, chat);
    case "phone_number": return el("button", { type: "button", class: "inline-link", title: t("copy"), onclick: () => chat.copies(text) }, inside);
    case "mention": return link(`https://t.me/${text.slice(1)}`, inside, chat);
    case "bot_command": return el("button", { type: "button", class: "inline-link", onclick: () => chat.command(text) }, inside);
    case "code": return el("code", { title: t("copy"), onclick: () => chat.copies(text) }, inside);
    case "hashtag": case "cashtag": case "text_mention": return el("span", { class: "tag" }, inside);
    default: return el(TAGS[entity.type] || "span", {}, inside);
  }
}

function link(url, inside, chat) {
  const href = safeUrl(url);
  if (!href) return el("span", {}, inside);
  const payload = chat.startPayload(href);
  if (payload === undefined) return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, inside);
  return el("button", { type: "button", class: "inline-link", title: t("open_start"), onclick: () => chat.starts(payload) }, inside);
}

function spoiler(inside) {
  const show = (event) => {
    event.stopPropagation();
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  const node = el("button", { type: "button", class: "spoiler", "aria-label": t("spoiler"), onclick: show }, el("span", {}, inside));
  return node;
}

function quote(inside) {
  const node = el("blockquote", { class: "folded", tabindex: "0", onclick: () => node.classList.toggle("folded") }, inside);
  return node;
}
