// One column: the chat of a person with the bot, or a group in which one chooses who acts.

import { post } from "./api.js";
import { Composer } from "./composer.js";
import { el, icon, iconButton } from "./dom.js";
import { entries, entryNode, summary } from "./message.js";
import { alertDialog, openMenu, photoDialog, toast } from "./overlay.js";
import { LANGUAGES, t } from "./words.js";

const LANGUAGE_NAMES = Object.fromEntries(LANGUAGES.map(([code, , name]) => [code, name]));
const NEAR = 80; // pixels from the end that still count as being there
const ACTION_SECONDS = 5; // as long as a chat action shows in Telegram
const ACTIONS = { typing: "typing", upload_photo: "upload_photo", upload_document: "upload_document" };

// `page` gives what a chat needs of the others: now(), others(chat), isCurrent(chat), unreadChanged(), openPrivate(person).
export class Chat {
  constructor(data, bot, page) {
    this.data = data;
    this.bot = bot;
    this.page = page;
    this.actor = data.actors[0];
    this.nodes = new Map();
    this.unread = 0;
    this.samplesShown = localStorage.getItem(`samples-${data.key}`) !== "hidden";
    this.build();
    this.update(data, { first: true });
  }

  build() {
    const { key } = this.data;
    this.status = el("span", { class: "status" });
    this.menuButton = iconButton("more", t("chat_menu", { name: this.data.title }), () => this.chatMenu());
    const head = el("header", {}, avatar(this.data), el("div", { class: "who" }, el("h2", {}, this.data.title), this.status), this.menuButton);
    this.pinned = el("button", { type: "button", class: "pinned", hidden: true });
    this.topic = null;
    this.topicBar = el("div", { class: "topics", role: "group", "aria-label": t("topics"), hidden: true });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": this.data.title, tabindex: "0" });
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.toEnd = el("button", { type: "button", class: "to-end", hidden: true, "aria-label": t("to_end"), onclick: () => this.scrollToEnd("smooth") }, icon("down"), el("b"));
    this.composer = new Composer(this);
    this.foot = el("footer");
    this.node = el("section", { class: `chat ${this.data.group ? "group" : "person"}`, id: `chat-${key}`, "aria-label": this.data.title },
      head, this.pinned, this.topicBar, el("div", { class: "middle" }, this.log, this.toEnd), this.foot);
    this.dropZone();
    new ResizeObserver(() => this.sticks && this.scrollToEnd()).observe(this.log);
  }

  // state

  update(data, { first = false } = {}) {
    const before = this.data;
    const known = new Set(before.messages.map((one) => one.key));
    this.data = data;
    this.actor = data.actors.find((one) => one.id === this.actor.id) || data.actors[0];
    const fresh = first ? [] : data.messages.filter((one) => !known.has(one.key));
    if (fresh.some((one) => one.from.bot)) this.showAction(null);
    const own = fresh.some((one) => this.isMine(one));
    const stays = !own && this.readsAbove();
    this.showTopics();
    this.showMessages(first);
    if (!stays) this.scrollToEnd();
    this.count(fresh.filter((one) => !this.isMine(one)).length);
    this.showStatus();
    this.showPinned();
    this.showFoot();
  }

  // A group with topics: all of them together, or one. `topic` is what is shown, and where one writes.
  showTopics() {
    const { topics } = this.data;
    if (!topics?.some((one) => one.id === this.topic)) this.topic = null;
    const look = JSON.stringify([topics, this.topic]);
    if (look === this.topicLook) return; // what is about to be pressed stays where it is
    this.topicLook = look;
    this.topicBar.hidden = !topics?.length;
    const chip = (id, name) => el("button", { type: "button", class: "topic", "aria-pressed": String(this.topic === id), onclick: () => this.choosesTopic(id) }, name);
    this.topicBar.replaceChildren(chip(null, t("all_topics")), ...(topics || []).map((one) => chip(one.id, `# ${one.name}`)));
  }

  choosesTopic(id) {
    this.topic = id;
    this.update(this.data);
    this.scrollToEnd();
  }

  topicName(message) {
    return this.topic === null ? this.data.topics?.find((one) => one.id === message.topic)?.name : null;
  }

  showMessages(first) {
    const shown = this.data.messages.filter((one) => this.topic === null || one.topic === this.topic);
    const list = entries(shown, this.page.now());
    const focused = this.focusedPlace();
    const nodes = list.map((entry) => this.nodeOf(entry, first));
    const kept = new Set(nodes);
    for (const [key, old] of this.nodes) if (!kept.has(old.node)) { old.node.remove(); this.nodes.delete(key); }
    nodes.forEach((node, i) => this.log.children[i] !== node && this.log.insertBefore(node, this.log.children[i] || null));
    if (!nodes.length) this.log.replaceChildren(this.emptyState());
    else this.log.querySelector(":scope > .empty")?.remove();
    this.restoreFocus(focused);
  }

  nodeOf(entry, first) {
    const look = JSON.stringify([entry, entry.messages && this.topicName(entry.messages[0])]);
    const old = this.nodes.get(entry.key);
    if (old?.look === look) return old.node;
    const node = entryNode(entry, this);
    node.dataset.key = entry.key;
    if (!first) node.classList.add(old ? "changed" : "arrived");
    if (old) old.node.replaceWith(node);
    this.nodes.set(entry.key, { look, node });
    return node;
  }

  // An edit replaces the message under the reader's focus: the focus stays at the same place of the new one.
  focusedPlace() {
    const entry = document.activeElement?.closest?.("[data-key]");
    if (!entry || !this.log.contains(entry)) return null;
    return { key: entry.dataset.key, index: [...entry.querySelectorAll("button, a")].indexOf(document.activeElement) };
  }

  restoreFocus(place) {
    if (!place || this.log.contains(document.activeElement)) return;
    const buttons = [...(this.nodes.get(place.key)?.node.querySelectorAll("button, a") || [])];
    (buttons[place.index] || buttons.at(-1) || this.log).focus({ preventScroll: true });
  }

  emptyState() {
    const who = this.data.group ? "desk" : "citizen";
    return el("div", { class: "empty" }, el("img", { src: "/mark.svg", alt: "", width: "72", height: "72" }),
      el("h3", {}, t(`empty_title_${who}`, { name: this.data.title })), el("p", {}, this.data.description || t(`empty_${who}`)));
  }

  showStatus() {
    const said = this.action && ACTIONS[this.action] ? `${this.bot.name} ${t(this.action)}` : null;
    const still = this.data.group ? t("members", { n: this.data.members }) : `${t(this.actor.role)} · ${LANGUAGE_NAMES[this.actor.language] || this.actor.language}`;
    this.status.textContent = said || (this.data.blocked ? t("blocked") : still);
    this.status.classList.toggle("busy", Boolean(said));
  }

  showAction(action) {
    clearTimeout(this.actionTimer);
    this.action = action && (ACTIONS[action] ? action : "typing");
    if (action) this.actionTimer = setTimeout(() => this.showAction(null), ACTION_SECONDS * 1000);
    this.showStatus();
  }

  showPinned() {
    const message = this.data.pinned;
    this.pinned.hidden = !message;
    if (!message) return;
    this.pinned.replaceChildren(icon("pin"), el("span", {}, el("b", {}, t("pinned")), summary(message)));
    this.pinned.onclick = () => this.scrollTo(message.key);
  }

  // Below the messages: the samples, who acts, and the composer, or the one button that Telegram shows instead.
  showFoot() {
    const parts = [this.sampleStrip(), this.actorChoice()];
    if (this.data.blocked) parts.push(this.soleButton("unblock", () => this.acts("block", { blocked: false })));
    else if (!this.data.group && !this.data.messages.length) parts.push(this.soleButton("start", () => this.starts(null)));
    const focused = this.foot.contains(document.activeElement) ? document.activeElement : null;
    if (this.data.blocked) this.composer.node.remove();
    parts.filter(Boolean).forEach((part) => part.classList.add("part"));
    this.foot.querySelectorAll(":scope > .part").forEach((old) => old.remove());
    this.foot.prepend(...parts.filter(Boolean));
    if (!this.data.blocked && !this.composer.node.isConnected) this.foot.append(this.composer.node);
    if (focused && !this.foot.contains(focused) && !this.data.blocked) this.composer.text.focus({ preventScroll: true });
    this.composer.update();
  }

  soleButton(word, action) {
    return el("div", { class: "sole" }, el("button", { type: "button", class: "key primary", onclick: action }, t(word)));
  }

  sampleStrip() {
    if (!this.data.samples.length || !this.samplesShown || this.data.blocked) return null;
    const chips = this.data.samples.map((one) =>
      el("button", { type: "button", class: "sample", title: one.text, onclick: () => this.acts("say", { text: one.text, reply_to: null }) }, one.label));
    const head = el("div", { class: "samples-head" }, icon("bulb"), el("span", {}, t("samples")), iconButton("close", t("hide"), () => this.showSamples(false)));
    return el("div", { class: this.data.messages.length ? "samples brief" : "samples" }, head, chips);
  }

  showSamples(shown) {
    this.samplesShown = shown;
    localStorage.setItem(`samples-${this.data.key}`, shown ? "shown" : "hidden");
    this.showFoot();
  }

  actorChoice() {
    if (this.data.actors.length < 2) return null;
    const choose = (actor) => { this.actor = actor; this.update(this.data); };
    const radio = (actor) => el("label", { class: "actor" },
      el("input", { type: "radio", name: `actor-${this.data.key}`, checked: actor.id === this.actor.id, onchange: () => choose(actor) }),
      el("span", {}, actor.name, el("small", {}, t(actor.role))));
    return el("fieldset", { class: "actors", "aria-label": t("acts_as") }, this.data.actors.map(radio));
  }

  // who

  isMine(message) {
    return this.data.group ? message.from.id === this.actor.id : !message.from.bot;
  }

  isAsked(message) {
    const { selective, asked } = message.force_reply;
    const text = message.content.text || "";
    const named = message.entities.some((one) => one.url === `tg://user?id=${this.actor.id}`);
    return !selective || named || asked === this.actor.id || Boolean(this.actor.username && text.includes(`@${this.actor.username}`));
  }

  canEdit(message) {
    return message.from.id === this.actor.id && !message.content.forward_origin && Boolean(message.content.text || message.content.caption);
  }

  isCurrent() {
    return this.page.isCurrent(this);
  }

  // acting

  // What the action brought, undefined where it failed (the reader is told).
  async tries(action) {
    try {
      return await action();
    } catch (error) {
      toast(this.node, t("failed", { text: error.message }), 6);
      return undefined;
    }
  }

  asks(action, body = {}) {
    const topic = action === "say" && this.topic ? { topic: this.topic } : {};
    return this.tries(() => post(action, { column: this.data.key, person: this.actor.id, ...topic, ...body }));
  }

  async acts(action, body = {}) {
    this.sticks = true;
    return this.asks(action, body);
  }

  command(text) {
    return this.acts("say", { text, reply_to: null });
  }

  async starts(payload) {
    await this.acts("start", { payload });
    if (this.data.group) {
      toast(this.node, t("opened_private"));
      this.page.openPrivate(this.actor.id);
    }
  }

  // A tap may be repeated while the first is under way, as in Telegram.
  async taps(message, button, node) {
    node.classList.add("busy");
    await this.asks("tap", { message: message.key, data: button.value });
    node.classList.remove("busy");
  }

  asksInline(query) {
    this.composer.setText(`@${this.bot.username} ${query}`);
    this.composer.text.focus();
  }

  async copies(text) {
    await navigator.clipboard?.writeText(text).catch(() => null);
    toast(this.node, t("copied", { text: text.length > 60 ? `${text.slice(0, 60)}…` : text }));
  }

  // The payload of a link that starts this bot, null for a bare link to it, undefined for any other address.
  startPayload(url) {
    const link = URL.canParse(url) ? new URL(url) : null;
    const ours = link && ["t.me", "telegram.me"].includes(link.host) && link.pathname.slice(1).toLowerCase() === this.bot.username.toLowerCase();
    return ours ? link.searchParams.get("start") : undefined;
  }

  opensPhoto(url) {
    photoDialog(url);
  }

  popup({ person, text, alert }) {
    if (!text || !this.data.actors.some((one) => one.id === person)) return;
    if (alert) alertDialog(this.data.title, text);
    else toast(this.node, text);
  }

  menu(message, anchor) {
    const text = message.content.text || message.content.caption;
    const items = [["reply", t("reply"), () => this.composer.reply(message)]];
    if (text) items.push(["copy", t("copy"), () => this.copies(text)]);
    if (this.canEdit(message)) items.push(["edit", t("edit"), () => this.composer.edit(message)]);
    for (const other of this.page.others(this)) {
      const forward = () => other.acts("forward", { from_column: this.data.key, message: message.key });
      items.push(["forward", t("forward_to", { name: other.data.title }), forward]);
    }
    openMenu(anchor, items);
  }

  chatMenu() {
    const items = [];
    if (this.data.samples.length) items.push(["bulb", t("samples"), () => this.showSamples(true)]);
    if (!this.data.group) {
      items.push(["trash", t("clear"), () => this.acts("clear")]);
      const { blocked } = this.data;
      items.push(["lock", t(blocked ? "unblock" : "block"), () => this.acts("block", { blocked: !blocked })]);
    }
    if (this.data.group) {
      const on = !this.data.topics;
      items.push(["group", t(on ? "topics_on" : "topics_off"), () => this.acts("topics", { on })]);
    }
    if (this.actor.commands.length) items.push(["more", t("commands"), () => { this.composer.text.focus(); this.composer.setText("/"); }]);
    openMenu(this.menuButton, items);
  }

  // scrolling and unread

  get atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  // Asked before a change, since the scroll event may still be under way.
  readsAbove() {
    const moved = this.log.clientHeight && this.log.scrollTop < this.endTop - NEAR && !this.atEnd;
    return this.sticks === false || Boolean(moved);
  }

  scrolled() {
    this.sticks = this.atEnd;
    if (this.sticks) this.seen();
    this.toEnd.hidden = this.sticks;
  }

  scrollToEnd(behavior = "instant") {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior });
    if (behavior !== "instant") return;
    this.endTop = this.log.scrollTop;
    this.scrolled();
  }

  scrollTo(key) {
    const node = [...this.nodes.values()].map((one) => one.node).find((one) => one.dataset.key === key);
    if (!node) return;
    node.scrollIntoView({ behavior: "smooth", block: "center" });
    node.classList.remove("changed");
    requestAnimationFrame(() => node.classList.add("changed"));
  }

  count(arrived) {
    if (!arrived || (this.page.isShown(this) && this.sticks && document.visibilityState === "visible")) return;
    this.setUnread(this.unread + arrived);
  }

  seen() {
    if (this.page.isShown(this)) this.setUnread(0);
  }

  setUnread(number) {
    if (number === this.unread) return;
    this.unread = number;
    this.toEnd.querySelector("b").textContent = number || "";
    this.page.unreadChanged(this);
  }

  // dropping files

  dropZone() {
    let depth = 0;
    const over = el("div", { class: "drop", hidden: true }, icon("attach"), t("drop"));
    const enter = (event, by) => {
      if (this.data.blocked || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      depth = Math.max(0, depth + by);
      over.hidden = !depth;
    };
    this.node.append(over);
    this.node.addEventListener("dragenter", (event) => enter(event, 1));
    this.node.addEventListener("dragover", (event) => enter(event, 0));
    this.node.addEventListener("dragleave", (event) => enter(event, -1));
    this.node.addEventListener("drop", (event) => {
      enter(event, -depth);
      const files = [...event.dataTransfer.files];
      if (files.length && !this.data.blocked) this.composer.addFiles(files, !files.every((one) => one.type.startsWith("image/")));
    });
  }
}

export function avatar(data) {
  if (data.kind === "partner") return el("span", { class: "avatar partner", "aria-hidden": "true" }, icon("lock"));
  if (data.group) return el("span", { class: "avatar group", "aria-hidden": "true" }, icon("group"));
  return el("span", { class: `avatar hue-${data.chat % 5}`, "aria-hidden": "true" }, [...data.title][0]);
}
