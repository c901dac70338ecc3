// Suggestions while typing (ARIA 1.2 combobox with listbox). The form works without this file, and when the endpoint is away.
"use strict";

(() => {
  if (window.yanluSuggest) return;
  window.yanluSuggest = true;

  const WAIT_MS = 140;
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  class Combobox {
    constructor(input, number) {
      this.input = input;
      this.form = input.form;
      this.options = [];
      this.active = -1;
      this.composing = false;
      this.pausedUntil = 0;
      this.build(`suggest-${number}`);
      this.listen();
    }

    build(id) {
      this.list = element("div", "suggest");
      this.list.id = id;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", this.input.dataset.suggestLabel);
      this.live = element("p", "visually-hidden");
      this.live.setAttribute("role", "status");
      const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
      for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
      this.form.append(this.list, this.live);
    }

    listen() {
      const { input, list } = this;
      input.addEventListener("compositionstart", () => { this.composing = true; });
      input.addEventListener("compositionend", () => { this.composing = false; this.later(); });
      input.addEventListener("input", () => { if (!this.composing) this.later(); });
      input.addEventListener("keydown", (event) => this.press(event));
      input.addEventListener("blur", () => this.close());
      // Kept from moving the focus, so that a mouse, a finger and a pen choose alike.
      list.addEventListener("pointerdown", (event) => event.preventDefault());
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(this.options.indexOf(option), event);
      });
      this.form.addEventListener("submit", () => this.close());
      window.addEventListener("pagehide", () => this.close());
    }

    later() {
      clearTimeout(this.timer);
      this.request?.abort();
      if (!this.input.value.trim() || Date.now() < this.pausedUntil) { this.close(); return; }
      this.timer = setTimeout(() => this.ask(), WAIT_MS);
    }

    async ask() {
      const typed = this.input.value;
      const request = new AbortController();
      this.request = request;
      try {
        const address = `${this.input.dataset.suggest}?q=${encodeURIComponent(typed)}`;
        const response = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
        if (!response.ok) {
          this.pausedUntil = Date.now() + 1000 * (Number(response.headers.get("Retry-After")) || 30);
          this.close();
          return;
        }
        const answer = await response.json();
        if (typed === this.input.value && document.activeElement === this.input) this.show(answer.groups);
      } catch {
        // Aborted because more was typed, or the network is away: the search box goes on as it is.
        if (!request.signal.aborted) this.close();
      }
    }

    show(groups) {
      this.list.replaceChildren();
      this.options = [];
      for (const [place, group] of groups.entries()) this.list.append(this.group(group, place));
      this.mark(-1);
      const number = this.options.length;
      this.live.textContent = number
        ? this.input.dataset.suggestCount.replace("%n", number)
        : this.input.dataset.suggestNone;
      this.toggle(number > 0);
    }

    group({ kind, label, items }, place) {
      const box = element("div", "suggest__group");
      const heading = element("div", "suggest__label", label);
      heading.id = `${this.list.id}-g${place}`;
      box.setAttribute("role", "group");
      box.setAttribute("aria-labelledby", heading.id);
      box.append(heading, ...items.map((item) => this.option(item, kind)));
      return box;
    }

    option(item, kind) {
      const option = element("div", `suggest__option suggest__option--${kind}`);
      option.id = `${this.list.id}-o${this.options.length}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = item.url;
      option.dataset.kind = kind;
      option.dataset.text = item.text;
      const text = element("span", "suggest__text");
      text.lang = "zh-Hans";
      text.append(...Combobox.marked(item.text, item.marks));
      option.append(text);
      if (item.note) {
        const note = element("span", "suggest__note", item.note);
        note.lang = "zh-Hans";
        option.append(note);
      }
      this.options.push(option);
      return option;
    }

    // Spans count characters as Python does, so the text is cut by code points.
    static marked(text, spans) {
      const characters = [...text];
      const parts = [];
      let place = 0;
      for (const [start, end] of spans) {
        parts.push(characters.slice(place, start).join(""), element("mark", "", characters.slice(start, end).join("")));
        place = end;
      }
      return [...parts, characters.slice(place).join("")].filter(Boolean);
    }

    toggle(open) {
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
    }

    close() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.toggle(false);
      this.mark(-1);
    }

    mark(place) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = place;
      const option = this.options[place];
      if (!option) { this.input.removeAttribute("aria-activedescendant"); return; }
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    }

    press(event) {
      // 229: the key belongs to an input method that has not finished.
      if (this.composing || event.isComposing || event.keyCode === 229) return;
      const open = !this.list.hidden;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && !event.altKey) {
        event.preventDefault();
        if (open) this.move(step); else this.later();
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        this.close();
      } else if (event.key === "Enter" && open && this.active >= 0) {
        event.preventDefault();
        this.choose(this.active, event);
      } else if (event.key === "Home" || event.key === "End") {
        // In an editable combobox these move the cursor of the text.
        this.mark(-1);
      } else if (event.key === "Tab") {
        this.close();
      }
    }

    // One step beyond either end is the text itself.
    move(step) {
      const places = this.options.length + 1;
      this.mark(((this.active + 1 + step + places) % places) - 1);
    }

    choose(place, event) {
      const { url, kind, text } = this.options[place].dataset;
      if (kind === "word") {
        this.input.value = text;
        this.close();
        this.form.requestSubmit();
      } else if (event.ctrlKey || event.metaKey) {
        window.open(url, "_blank", "noopener");
      } else {
        this.close();
        window.location.assign(url);
      }
    }
  }

  const inTextField = (target) => target.closest("input, textarea, select, [contenteditable]");

  const start = () => {
    const inputs = [...document.querySelectorAll("input[data-suggest]")];
    inputs.forEach((input, number) => new Combobox(input, number));
    document.addEventListener("keydown", (event) => {
      const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
      if (event.key === "/" && plain && inputs.length && !inTextField(event.target)) {
        event.preventDefault();
        inputs[0].focus();
        inputs[0].select();
      }
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
