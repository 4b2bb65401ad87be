// Where one writes: text, attachments, the reply or edit at hand, commands, and the bot's reply keyboard.

import { el, icon, iconButton } from "./dom.js";
import { upload } from "./api.js";
import { summary } from "./message.js";
import { formDialog, openMenu, toast } from "./overlay.js";
import { t } from "./words.js";

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_FILES = 10;
const touch = matchMedia("(pointer: coarse)");

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.files = [];
    this.target = null; // {kind: "reply" | "edit", message}
    this.dismissed = null; // the ForceReply that the reader waved away
    this.keyboardShown = true;
    this.options = [];
    this.text = el("textarea", { rows: "1", maxlength: "20000", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off", enterkeyhint: "send" });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("paste", (event) => this.pasted(event));
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": t("attach"), onchange: () => this.picked() });
    this.list = el("div", { class: "suggestions", role: "listbox", id: `options-${chat.data.key}`, hidden: true, "aria-label": t("commands") });
    this.text.setAttribute("aria-controls", this.list.id);
    this.bar = el("div", { class: "target", hidden: true });
    this.previews = el("div", { class: "previews", hidden: true });
    this.keyboard = el("div", { class: "reply-keyboard", hidden: true });
    this.attach = iconButton("attach", t("attach"), () => this.attachMenu());
    this.toggle = iconButton("keyboard", t("keyboard"), () => this.toggleKeyboard(), { hidden: true });
    this.submit = el("button", { class: "send", title: t("send"), "aria-label": t("send") }, icon("send"));
    const line = el("div", { class: "line" }, this.attach, el("div", { class: "field" }, this.text, this.toggle), this.submit);
    this.node = el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.list, this.bar, this.previews, line, this.picker, this.keyboard);
  }

  // New state of the chat.
  update() {
    this.followForceReply();
    this.showTarget();
    this.showKeyboard();
  }

  // A ForceReply opens the reply bar; once open it stays until answered, whatever else arrives.
  followForceReply() {
    const { messages } = this.chat.data;
    const answered = (message) => messages.some((one) => one.reply_to?.key === message.key && this.chat.isMine(one));
    const stands = messages.find((one) => one.key === this.target?.message.key);
    if (this.target && (!stands || (this.target.forced && (answered(stands) || !this.chat.isAsked(stands))))) this.target = null;
    const last = messages.findLast((one) => one.from.bot);
    if (this.target || !last?.force_reply || last.key === this.dismissed || !this.chat.isAsked(last) || answered(last)) return;
    this.target = { kind: "reply", message: last, forced: true };
    if (this.chat.isCurrent() && !touch.matches) this.text.focus();
  }

  showTarget() {
    this.bar.hidden = !this.target;
    const asked = this.target?.message.force_reply?.placeholder;
    this.text.placeholder = asked || (this.showsKeyboard() && this.chat.data.keyboard.input_field_placeholder) || t("write");
    this.text.setAttribute("aria-label", this.text.placeholder);
    if (!this.target) return;
    const { kind, message } = this.target;
    const title = kind === "edit" ? t("editing") : t("answering", { name: message.from.name });
    this.bar.replaceChildren(icon(kind === "edit" ? "edit" : "reply"), el("div", {}, el("b", {}, title), el("span", {}, summary(message))),
      iconButton("close", t("cancel"), () => this.dropTarget()));
  }

  dropTarget() {
    if (this.target?.forced) this.dismissed = this.target.message.key;
    if (this.target?.kind === "edit") this.setText("");
    this.target = null;
    this.showTarget();
    this.text.focus();
  }

  reply(message) {
    this.target = { kind: "reply", message };
    this.showTarget();
    this.text.focus();
  }

  edit(message) {
    this.target = { kind: "edit", message };
    this.showTarget();
    this.setText(message.content.text || message.content.caption);
    this.text.focus();
  }

  setText(text) {
    this.text.value = text;
    this.typed();
  }

  // writing

  typed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
    this.suggest();
  }

  pressed(event) {
    if (!this.list.hidden && this.pickWithKeys(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch.matches) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.target) {
      this.dropTarget();
    } else if (event.key === "ArrowUp" && !this.text.value) {
      const own = this.chat.data.messages.findLast((one) => this.chat.canEdit(one));
      if (own) { event.preventDefault(); this.edit(own); }
    }
  }

  async send() {
    const text = this.text.value.trim();
    const { target, files } = this;
    if (!text && !files.length) return;
    this.setText("");
    this.files = [];
    this.target = null;
    this.showFiles();
    this.showTarget();
    const sent = await this.sends(text, files, target);
    if (sent === undefined && !this.text.value) this.setText(text);
  }

  sends(text, files, target) {
    if (files.length) return this.sendFiles(files, text, target);
    if (target?.kind === "edit") return this.chat.acts("edit", { message: target.message.key, text });
    return this.chat.acts("say", { text, reply_to: target?.message.key ?? null });
  }

  sendFiles(files, caption, target) {
    const who = { column: this.chat.data.key, person: this.chat.actor.id };
    const about = { caption, as_documents: Boolean(this.asDocuments), reply_to: target?.kind === "reply" ? target.message.key : "" };
    return this.chat.tries(() => upload({ ...who, ...about }, files));
  }

  // commands and inline results

  suggest() {
    const text = this.text.value;
    const inline = text.match(/^@(\w+)\s+([^]*)$/);
    if (inline && inline[1].toLowerCase() === this.chat.bot.username.toLowerCase()) return this.suggestInline(inline[2]);
    const typed = text.match(/^\/(\w*)$/);
    const fitting = typed ? this.chat.actor.commands.filter((one) => one.command.startsWith(typed[1].toLowerCase())) : [];
    this.offer(fitting.map((one) => ({ title: `/${one.command}`, about: one.description, pick: () => this.chat.command(`/${one.command}`), text: `/${one.command} ` })));
  }

  async suggestInline(query) {
    const results = await this.chat.asks("inline", { query });
    if (!results || !this.text.value.endsWith(query)) return;
    const pick = (one) => () => this.chat.acts("inline_choice", { query, result: one.id });
    this.offer(results.map((one) => ({ title: one.title || one.id, about: one.description || "", pick: pick(one) })), t("no_results"));
  }

  offer(options, none = "") {
    this.options = options;
    this.chosen = 0;
    const rows = options.map((one, i) => el("div", { role: "option", id: `${this.list.id}-${i}`, onmousedown: (event) => { event.preventDefault(); this.pick(i); } },
      el("b", {}, one.title), el("span", {}, one.about)));
    this.list.replaceChildren(...rows, ...(rows.length || !none ? [] : [el("div", { class: "none" }, none)]));
    this.list.hidden = !this.list.childElementCount;
    this.text.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.chosen)));
    const row = this.options.length ? this.list.children[this.chosen] : null;
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.text.setAttribute("aria-activedescendant", row.id);
    else this.text.removeAttribute("aria-activedescendant");
  }

  pickWithKeys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.options.length || !(step || ["Enter", "Tab", "Escape"].includes(event.key))) return false;
    event.preventDefault();
    if (step) {
      this.chosen = (this.chosen + step + this.options.length) % this.options.length;
      this.mark();
    } else if (event.key === "Escape") this.offer([]);
    else if (event.key === "Tab" && this.options[this.chosen].text) this.setText(this.options[this.chosen].text);
    else this.pick(this.chosen);
    return true;
  }

  pick(index) {
    const { pick } = this.options[index];
    this.setText("");
    this.offer([]);
    pick();
  }

  // attaching

  attachMenu() {
    const choose = (accept, asDocuments) => () => { this.picker.accept = accept; this.asDocuments = asDocuments; this.picker.click(); };
    const send = (action) => () => this.chat.acts(action);
    const own = this.chat.data.group ? [] : [["contact", t("own_contact"), send("own_contact")]];
    openMenu(this.attach, [
      ["photo", t("photo"), choose("image/*", false)],
      ["file", t("file"), choose("", true)],
      ...own,
      ["contact", t("other_contact"), () => this.askContact()],
      ["forward", t("from_stranger"), () => this.askForward()],
      ["voice", t("voice"), send("voice")],
      ["sticker", t("sticker"), send("sticker")],
      ["place", t("location"), send("location")],
    ]);
  }

  askContact() {
    const phone = { type: "tel", minlength: "3", maxlength: "32", placeholder: "+7 701 123 45 67", autocomplete: "off" };
    const fields = [{ name: "name", label: t("name"), attributes: { maxlength: "64", autocomplete: "off" } }, { name: "phone", label: t("phone"), attributes: phone }];
    formDialog(t("other_contact").replace("…", ""), fields, t("send"), (values) => this.chat.acts("contact", values));
  }

  askForward() {
    const fields = [
      { name: "name", label: t("name"), attributes: { maxlength: "64", autocomplete: "off" } },
      { name: "text", label: t("text"), rows: 4, attributes: { maxlength: "4096", rows: "4" } },
    ];
    formDialog(t("from_stranger").replace("…", ""), fields, t("forward"), (values) => this.chat.acts("forward_stranger", values));
  }

  picked() {
    this.addFiles([...this.picker.files], this.asDocuments);
    this.picker.value = "";
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); this.addFiles(files, false); }
  }

  addFiles(files, asDocuments) {
    if (files.some((one) => one.size > MOST_BYTES)) toast(this.chat.node, t("too_large"));
    const all = [...this.files, ...files.filter((one) => one.size <= MOST_BYTES)];
    if (all.length > MOST_FILES) toast(this.chat.node, t("too_many"));
    this.files = all.slice(0, MOST_FILES);
    this.asDocuments = asDocuments;
    this.showFiles();
    this.text.focus();
  }

  showFiles() {
    this.previews.hidden = !this.files.length;
    this.previews.querySelectorAll("img").forEach((one) => URL.revokeObjectURL(one.src));
    const remove = (file) => iconButton("close", t("remove", { name: file.name }), () => {
      this.files = this.files.filter((one) => one !== file);
      this.showFiles();
    });
    const shows = (file) => file.type.startsWith("image/") ? el("img", { src: URL.createObjectURL(file), alt: file.name }) : el("span", {}, icon("file"), file.name);
    const choice = el("input", { type: "checkbox", checked: Boolean(this.asDocuments), onchange: () => { this.asDocuments = choice.checked; } });
    const images = this.files.some((one) => one.type.startsWith("image/"));
    this.previews.replaceChildren(...this.files.map((file) => el("div", { class: "preview" }, shows(file), remove(file))),
      ...(images ? [el("label", {}, choice, t("as_files"))] : []));
  }

  // the bot's reply keyboard

  showsKeyboard() {
    return Boolean(this.chat.data.keyboard && this.keyboardShown);
  }

  toggleKeyboard() {
    this.keyboardShown = !this.keyboardShown;
    this.showKeyboard();
  }

  showKeyboard() {
    const keyboard = this.chat.data.keyboard;
    if (keyboard && keyboard.message !== this.keyboardOf) this.keyboardShown = true;
    this.keyboardOf = keyboard?.message;
    this.toggle.hidden = !keyboard;
    this.toggle.setAttribute("aria-pressed", String(this.keyboardShown));
    this.keyboard.hidden = !this.showsKeyboard();
    if (this.keyboard.hidden) return this.keyboard.replaceChildren();
    this.keyboard.replaceChildren(...keyboard.keyboard.map((row) => el("div", { class: "row" }, row.map((one) => this.replyKey(one, keyboard)))));
  }

  replyKey(button, keyboard) {
    const press = () => {
      if (keyboard.one_time_keyboard) this.toggleKeyboard();
      if (button.request_contact) return this.chat.acts("own_contact");
      if (button.request_location) return this.chat.acts("location");
      return this.chat.acts("say", { text: button.text, reply_to: null });
    };
    const mark = button.request_contact ? icon("contact") : button.request_location ? icon("place") : null;
    return el("button", { type: "button", class: `key ${button.style || ""}`, onclick: press }, el("span", {}, button.text), mark);
  }
}
