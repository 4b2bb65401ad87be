// One entry of a chat (a message, an album, a service note, a day) as an element.

import { el, icon, iconButton } from "./dom.js";
import { formatted, safeUrl } from "./entities.js";
import { clockTime, dayOf, longDay, t } from "./words.js";

const touch = matchMedia("(hover: none)");
const RUN = 5 * 60; // seconds within which messages of one sender stand together

// Days, albums and runs of one sender. Each entry has a key and says all that its look depends on.
export function entries(messages, now) {
  const list = [];
  for (const message of messages) {
    const day = dayOf(new Date(message.date * 1000));
    const last = list.at(-1);
    if (day !== last?.day) list.push({ key: `day-${day}-${list.length}`, kind: "day", day, label: longDay(new Date(message.date * 1000), now) });
    const before = list.at(-1);
    const album = message.content.media_group_id;
    if (album && before.album === album) {
      before.messages.push(message);
    } else if (message.service) {
      list.push({ key: message.key, kind: "service", day, messages: [message] });
    } else {
      const newest = before.kind === "message" ? before.messages.at(-1) : null;
      const runs = newest && newest.from.id === message.from.id && newest.topic === message.topic && message.date - newest.date < RUN;
      list.push({ key: message.key, kind: "message", day, album, runs, messages: [message] });
    }
  }
  return list;
}

export function entryNode(entry, chat) {
  if (entry.kind === "day") return el("div", { class: "day" }, el("span", {}, entry.label));
  if (entry.kind === "service") return el("div", { class: "service" }, el("span", {}, serviceText(entry.messages[0])));
  return messageNode(entry, chat);
}

function serviceText(message) {
  const { what, value } = message.service;
  const names = (people) => people.map((one) => one.first_name).join(", ");
  switch (what) {
    case "new_chat_members": return t("joined", { name: names(value) });
    case "left_chat_member": return t("left", { name: value.first_name });
    case "new_chat_title": return t("renamed", { name: value });
    case "pinned_message": return t("pinned_by", { name: message.from.name });
    case "forum_topic_created": return t("topic", { name: value.name });
    case "migrate_to_chat_id": case "migrate_from_chat_id": return t("migrated");
    default: return t("topic_changed");
  }
}

function messageNode(entry, chat) {
  const [first] = entry.messages;
  const last = entry.messages.at(-1);
  const mine = chat.isMine(first);
  const classes = ["message", mine ? "mine" : "theirs", entry.runs && "runs", last.edited && "edited", first.buttons.length && "with-buttons"];
  const menu = iconButton("dots", t("message_menu"), () => chat.menu(first, menu), { class: "icon-button message-menu" });
  const bubble = el("div", { class: first.content.sticker ? "bubble bare" : "bubble" }, content(entry, chat, mine, last), menu);
  const node = el("article", { class: classes.filter(Boolean).join(" ") }, bubble, reactions(first), keyboard(first, chat));
  const opens = (event) => {
    if (getSelection().toString() || event.target.closest("a, button, code, .folded")) return;
    event.preventDefault();
    chat.menu(first, menu);
  };
  bubble.addEventListener("contextmenu", opens);
  if (touch.matches) bubble.addEventListener("click", opens);
  return node;
}

function content(entry, chat, mine, last) {
  const [first] = entry.messages;
  const captioned = entry.messages.find((one) => one.content.caption) || first;
  const text = captioned.content.text || captioned.content.caption;
  const words = text ? el("div", { class: "text", dir: "auto" }, formatted(text, captioned.entities, chat)) : null;
  const things = media(entry, chat);
  return [
    sender(first, chat, mine, entry),
    forwarded(first),
    first.reply_to ? replied(first.reply_to, chat) : null,
    first.caption_above ? [words, things] : [things, words],
    el("div", { class: "meta" }, last.edited ? `${t("edited")} ` : "", el("time", {}, clockTime(new Date(last.date * 1000)))),
  ];
}

function sender(message, chat, mine, entry) {
  if (message.content.via_bot) return el("div", { class: "via" }, t("via", { name: message.content.via_bot.username }));
  if (!chat.data.group || entry.runs) return null;
  const topic = chat.topicName(message);
  return el("div", { class: `sender hue-${message.from.bot ? "bot" : message.from.id % 5}` }, message.from.name, topic ? el("small", {}, ` # ${topic}`) : null);
}

function forwarded(message) {
  const origin = message.content.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user?.first_name || origin.sender_user_name || origin.chat?.title || origin.sender_chat?.title;
  return el("div", { class: "forwarded" }, icon("forward"), t("forwarded", { name }));
}

// A message in one line.
export function summary({ content, photo, document }) {
  const kinds = { photo, file: document, ...content };
  const kind = ["photo", "file", "contact", "voice", "sticker", "location"].find((one) => kinds[one]);
  return content.text || content.caption || (kind ? t(kind) : "…");
}

function replied(quote, chat) {
  return el("button", { type: "button", class: "quote", onclick: () => chat.scrollTo(quote.key) },
    el("b", {}, quote.name), el("span", {}, quote.text || (quote.kind ? t(quote.kind) : "…")));
}

function media(entry, chat) {
  const photos = entry.messages.filter((one) => one.photo);
  const files = entry.messages.filter((one) => one.document);
  const { contact, sticker, voice, location } = entry.messages[0].content;
  return [
    photos.length ? el("div", { class: `photos count-${Math.min(photos.length, 4)}` }, photos.map((one) => photo(one, chat))) : null,
    files.map((one) => file(one.document)),
    contact ? contactCard(contact) : null,
    sticker ? el("div", { class: "sticker", role: "img", "aria-label": t("sticker") }, sticker.emoji) : null,
    voice ? voiceNote(voice) : null,
    location ? el("div", { class: "thing" }, icon("place"), el("span", {}, `${location.latitude}, ${location.longitude}`)) : null,
  ];
}

function photo(message, chat) {
  const { url, width, height } = message.photo;
  const image = el("img", { src: url, alt: message.content.caption || t("photo"), loading: "lazy" });
  image.style.width = `${Math.round(Math.max(120, width * Math.min(1, 260 / width, 320 / height)))}px`;
  image.style.aspectRatio = `${width} / ${height}`; // known before it is loaded, so that nothing jumps
  const attributes = { type: "button", class: message.media_spoiler ? "photo hidden" : "photo", "aria-label": t("open_photo") };
  const open = () => (node.classList.contains("hidden") ? node.classList.remove("hidden") : chat.opensPhoto(url));
  const node = el("button", { ...attributes, onclick: open }, image);
  return node;
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function file({ url, name, size }) {
  return el("a", { class: "thing", href: url, download: name, title: t("download", { name }) },
    icon("file"), el("span", {}, el("b", {}, name), el("small", {}, fileSize(size))));
}

function contactCard(contact) {
  return el("div", { class: "thing" }, icon("contact"),
    el("span", {}, el("b", {}, contact.first_name), el("small", {}, `+${contact.phone_number.replace(/^\+/, "")}`)));
}

function voiceNote(voice) {
  const bars = [5, 9, 14, 8, 12, 17, 10, 6, 13, 16, 9, 12, 7, 4].map((height) => {
    const bar = el("i");
    bar.style.height = `${height}px`;
    return bar;
  });
  const seconds = String(voice.duration).padStart(2, "0");
  return el("div", { class: "thing voice" }, icon("voice"), el("span", { "aria-label": t("voice") }, bars), el("small", {}, `0:${seconds}`));
}

function reactions(message) {
  if (!message.reactions.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((one) => el("span", {}, one)));
}

function keyboard(message, chat) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => el("div", { class: "row" }, row.map((button) => inlineButton(message, button, chat))));
  return el("div", { class: "inline-keyboard" }, rows);
}

const MARKS = { url: "link", copy_text: "copy" };

function inlineButton(message, button, chat) {
  const label = el("span", {}, button.text);
  const mark = MARKS[button.kind] ? icon(MARKS[button.kind]) : null;
  const attributes = { class: `key ${button.style || ""}` };
  const payload = button.kind === "url" ? chat.startPayload(button.value) : undefined;
  const href = button.kind === "url" && payload === undefined ? safeUrl(button.value) : null;
  if (href) return el("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, label, mark);
  const does = {
    callback_data: () => chat.taps(message, button, node),
    copy_text: () => chat.copies(button.value?.text),
    url: () => chat.starts(payload),
    switch_inline_query_current_chat: () => chat.asksInline(button.value),
    switch_inline_query: () => chat.asksInline(button.value),
  }[button.kind];
  const node = el("button", { ...attributes, type: "button", disabled: !does || (button.kind === "url" && payload === undefined), onclick: does }, label, mark);
  return node;
}
