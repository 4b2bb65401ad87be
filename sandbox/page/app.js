// The page: the columns side by side (tabs on a phone), the clock, the language, and the live connection.

import { listen, post, read } from "./api.js";
import { Chat, avatar } from "./chat.js";
import { el, icon } from "./dom.js";
import { toast } from "./overlay.js";
import { Partner } from "./partner.js";
import { LANGUAGES, clockTime, currentLanguage, shortDay, t, useLanguage } from "./words.js";

// What stands in a column, by the kind the server gives it.
const KINDS = { chat: Chat, partner: Partner };
const phone = matchMedia("(max-width: 719px)");

const page = {
  columns: new Map(),
  hidden: new Set(JSON.parse(localStorage.getItem("hidden") || "[]")),
  current: null,
  ahead: 0,

  now: () => new Date(Date.now() + page.ahead),
  others: (chat) => [...page.columns.values()].filter((one) => one !== chat && one.acts && !one.data.blocked),
  isShown: (chat) => (phone.matches ? page.current === chat.data.key : !page.hidden.has(chat.data.key)),
  isCurrent: (chat) => (phone.matches ? page.isShown(chat) : chat.node.contains(document.activeElement)),
  unreadChanged: (chat) => showTab(chat),
  openPrivate(person) {
    const chat = [...page.columns.values()].find((one) => !one.data.group && one.data.actors[0].id === person);
    if (chat) select(chat.data.key);
  },
};

const parts = {
  tabs: el("nav", { class: "tabs" }),
  clock: el("div", { class: "clock" }),
  columns: el("main", { class: "columns" }),
  offline: el("div", { class: "offline", role: "alert", hidden: true }),
};

// the bar above

function buildBar(state) {
  const brand = el("h1", { class: "brand" }, el("img", { src: "/mark.svg", alt: "", width: "30", height: "30" }), el("span", {}, "Сақ бол"), el("small", {}, t("sandbox")));
  const language = el("select", { class: "language", "aria-label": t("language"), onchange: () => changeLanguage(language.value) },
    LANGUAGES.map(([code, name]) => el("option", { value: code, selected: code === currentLanguage() }, name)));
  parts.tabs.setAttribute("aria-label", t("people"));
  parts.offline.textContent = t("offline");
  buildClock(state.clock);
  document.body.replaceChildren(el("header", { class: "bar" }, brand, parts.tabs, parts.clock, language), parts.offline, parts.columns);
}

function buildClock(movable) {
  const time = el("time", { class: "time" });
  const step = (to) => el("button", { type: "button", title: t(`${to}_hint`), onclick: () => advance(to) }, t(to));
  const steps = movable ? el("div", { class: "steps", id: "steps" }, step("minutes"), step("day"), step("morning")) : null;
  const open = () => face.setAttribute("aria-expanded", String(parts.clock.classList.toggle("open")));
  const face = el("button", { type: "button", class: "face", title: t("clock"), "aria-expanded": "false", "aria-controls": "steps", onclick: open }, icon("clock"), time);
  parts.clock.replaceChildren(face, ...(steps ? [steps] : []));
  tick();
}

function tick() {
  const now = page.now();
  parts.clock.querySelector("time")?.replaceChildren(el("span", {}, `${shortDay(now)}, `), clockTime(now));
}

async function advance(to) {
  parts.clock.classList.add("busy");
  try {
    const { now } = await post("advance", { to });
    setClock(now);
    toast(document.body, t("jumped", { time: `${shortDay(page.now())}, ${clockTime(page.now())}` }));
  } catch (error) {
    toast(document.body, t("failed", { text: error.message }), 6);
  }
  parts.clock.classList.remove("busy", "open");
}

function setClock(now) {
  page.ahead = new Date(now) - Date.now();
  tick();
}

async function changeLanguage(code) {
  localStorage.setItem("language", code);
  useLanguage(code);
  await sync({ anew: true });
}

// tabs: which chat is seen on a phone, which ones stand side by side on a wider screen

function tab(chat) {
  return el("button", { type: "button", class: "tab", id: `tab-${chat.data.key}`, onclick: () => (phone.matches ? select(chat.data.key) : toggle(chat)) },
    avatar(chat.data), el("span", { class: "tab-name" }, chat.data.title), el("b", { class: "badge" }));
}

function showTab(chat) {
  const node = document.getElementById(`tab-${chat.data.key}`);
  if (!node) return;
  const shown = page.isShown(chat);
  node.setAttribute("aria-pressed", String(shown));
  node.title = phone.matches ? chat.data.title : t("show_column");
  const badge = node.querySelector(".badge");
  badge.textContent = chat.unread || "";
  badge.hidden = !chat.unread;
  node.setAttribute("aria-label", chat.unread ? `${chat.data.title}, ${t("unread", { n: chat.unread })}` : chat.data.title);
  chat.node.hidden = !shown;
}

function select(key) {
  page.current = key;
  page.hidden.delete(key);
  arrange();
  const chat = page.columns.get(key);
  chat.node.scrollIntoView({ inline: "nearest", block: "nearest" });
  if (chat.sticks !== false) chat.scrollToEnd();
}

function toggle(chat) {
  const { key } = chat.data;
  if (!page.hidden.delete(key) && page.hidden.size < page.columns.size - 1) page.hidden.add(key);
  localStorage.setItem("hidden", JSON.stringify([...page.hidden]));
  arrange();
  if (page.isShown(chat)) select(key);
}

function arrange() {
  for (const chat of page.columns.values()) showTab(chat);
}

// state

async function sync({ anew = false } = {}) {
  const state = await read("/api/state");
  setClock(state.now);
  const keys = state.columns.map((one) => one.key);
  if (anew || keys.join() !== [...page.columns.keys()].join()) return build(state);
  for (const data of state.columns) page.columns.get(data.key).update(data);
}

function build(state) {
  const drafts = new Map([...page.columns].map(([key, one]) => [key, one.composer?.text.value]));
  page.columns.clear();
  buildBar(state);
  for (const data of state.columns) page.columns.set(data.key, new KINDS[data.kind](data, state.bot, page));
  const chats = [...page.columns.values()];
  page.current = page.columns.has(page.current) ? page.current : chats[0].data.key;
  for (const chat of chats) if (drafts.get(chat.data.key)) chat.composer.setText(drafts.get(chat.data.key));
  parts.tabs.replaceChildren(...chats.map(tab));
  parts.columns.replaceChildren(...chats.map((one) => one.node));
  arrange();
  chats.forEach((chat) => chat.scrollToEnd());
}

// Changes come in bursts: each column is read once more after the one at hand.
const reading = new Map();

async function refresh(key) {
  if (reading.has(key)) return void reading.set(key, true);
  reading.set(key, false);
  try {
    const data = await read(`/api/columns/${key}`);
    page.columns.get(key)?.update(data);
  } catch {
    // The connection is gone: `ready` reads everything again.
  }
  const again = reading.get(key);
  reading.delete(key);
  if (again) refresh(key);
}

function changed(change) {
  const column = page.columns.get(change.column);
  if (!column) return;
  if (change.what === "action") column.showAction(change.action);
  else if (change.what === "popup") column.popup(change);
  else refresh(change.column);
}

useLanguage(localStorage.getItem("language") || navigator.language.slice(0, 2));
phone.addEventListener("change", arrange);
document.addEventListener("visibilitychange", () => page.columns.forEach((chat) => chat.sticks && chat.seen()));
setInterval(() => page.columns.size && tick(), 5000);
listen({
  ready: () => { parts.offline.hidden = true; sync(); },
  change: changed,
  lost: () => { parts.offline.hidden = false; parts.offline.textContent = t("offline"); },
});
