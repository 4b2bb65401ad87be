// One column: a partner's inbox. Events as they came, whether the signature holds, and buttons that answer by the API.

import { post } from "./api.js";
import { avatar } from "./chat.js";
import { el, icon } from "./dom.js";
import { toast } from "./overlay.js";
import { clockTime, t } from "./words.js";

const BY_KIND = {
  bank: ["accepted", "blocked", "money_stopped", "not_ours", "refused"],
  operator: ["accepted", "suspended", "not_ours", "refused"],
};
const ANSWERED = ["report.received", "block.requested"];

export class Partner {
  constructor(data, bot, page) {
    this.page = page;
    this.unread = 0;
    this.sticks = true;
    this.open = new Set(); // ids of events whose data is unfolded
    this.log = el("div", { class: "log events", role: "log", "aria-live": "polite", "aria-label": data.title, tabindex: "0" });
    const head = el("header", {}, avatar(data), el("div", { class: "who" }, el("h2", {}, data.title), el("span", { class: "status" }, t(`partner_${data.partner}`))));
    this.node = el("section", { class: "chat partner", id: `chat-${data.key}`, "aria-label": data.title }, head, el("div", { class: "middle" }, this.log));
    this.update(data, { first: true });
  }

  update(data, { first = false } = {}) {
    const before = this.data ? this.data.events.length : 0;
    this.data = data;
    this.log.replaceChildren(...(data.events.length ? data.events.map((one) => this.event(one)) : [this.empty()]));
    if (first || data.events.length <= before) return;
    this.unread = this.page.isShown(this) ? 0 : this.unread + data.events.length - before;
    this.page.unreadChanged(this);
    this.scrollToEnd();
  }

  empty() {
    return el("div", { class: "empty" }, el("p", {}, t("partner_empty")));
  }

  event(one) {
    const { data } = one;
    const about = data.identifiers || (data.identifier ? [data.identifier] : []);
    const body = el("details", { open: this.open.has(one.id), ontoggle: (event) => this.open[event.target.open ? "add" : "delete"](one.id) },
      el("summary", {}, t("event_data")), el("pre", {}, JSON.stringify(data, null, 2)));
    return el("article", { class: `event ${one.type.replace(".", "-")}` },
      el("div", { class: "event-head" }, el("b", {}, one.type), el("time", {}, clockTime(new Date(one.at)))),
      el("div", { class: one.trouble ? "signature bad" : "signature" }, icon(one.trouble ? "close" : "lock"), one.trouble ? t("signature_bad", { text: one.trouble }) : t("signature_ok")),
      data.number ? el("div", { class: "about" }, data.number, data.reason ? ` · ${data.reason}` : "") : null,
      data.urgent ? el("div", { class: "urgent" }, t("urgent")) : null,
      about.map((each) => el("div", { class: "about" }, each.display, each.attrs?.pan ? el("small", {}, ` ${t("full_number")}: ${each.attrs.pan}`) : null)),
      one.times > 1 ? el("div", { class: "about" }, t("came_times", { n: one.times })) : null,
      body,
      one.answers.map((said) => el("div", { class: "answer" }, t("answered", { result: t(`answer_${said.result}`), status: said.status }))),
      ANSWERED.includes(one.type) && !one.trouble ? this.buttons(one) : null);
  }

  buttons(one) {
    return el("div", { class: "answers" }, BY_KIND[this.data.partner].map((result) =>
      el("button", { type: "button", onclick: () => this.answer(one, result) }, t(`answer_${result}`))));
  }

  async answer(one, result) {
    try {
      const { status } = await post("partner", { column: this.data.key, event: one.id, result });
      if (status >= 300) toast(this.node, `HTTP ${status}`, 6);
    } catch (error) {
      toast(this.node, t("failed", { text: error.message }), 6);
    }
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.seen();
  }

  seen() {
    if (!this.unread || !this.page.isShown(this)) return;
    this.unread = 0;
    this.page.unreadChanged(this);
  }

  showAction() {}

  popup() {}
}
