"use strict";
(() => {
  const panel = document.getElementById("panel");
  const body = panel.querySelector(".panel-body");
  const MOST_INPUTS = 12;

  /** A copy of an appendix entry: without its id, so that ids stay unique. */
  const copyOf = (entry) => {
    const copy = entry.cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  };

  const show = (entry) => {
    body.replaceChildren(copyOf(entry));
    const inputs = [...entry.querySelectorAll(".inputs a")].slice(0, MOST_INPUTS);
    for (const link of inputs) {
      const input = document.getElementById(link.hash.slice(1));
      if (input) body.append(copyOf(input));
    }
    if (!panel.open) {
      panel.showModal();
      history.pushState({ panel: true }, "");
    }
    body.scrollTop = 0;
  };

  /* Back closes the panel and leaves the reader where he was; so does closing it. */
  window.addEventListener("popstate", () => panel.open && panel.close());
  panel.addEventListener("close", () => history.state?.panel && history.back());

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.figure, .inputs a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const entry = document.getElementById(link.getAttribute("href").slice(1));
    if (!entry) return;
    event.preventDefault();
    show(entry);
  });

  /* The appendix is folded until somebody wants all of it: each entry opens in the panel. */
  const annex = document.getElementById("evidence");
  const unfold = document.createElement("button");
  unfold.type = "button";
  unfold.className = "unfold";
  const fold = (folded) => {
    annex.classList.toggle("folded", folded);
    unfold.setAttribute("aria-expanded", String(!folded));
    unfold.textContent = folded ? "展开" : "收起";
  };
  unfold.addEventListener("click", () => fold(unfold.getAttribute("aria-expanded") === "true"));
  annex.querySelector("h2").after(unfold);
  fold(true);
  const asked = document.getElementById(location.hash.slice(1));
  if (asked?.classList.contains("proof")) show(asked);

  panel.addEventListener("click", (event) => {
    if (event.target === panel || event.target.closest(".close")) panel.close();
  });

  /* A chart is one stop of the tabulator key; in it the arrow keys go from number to number. */
  for (const drawing of document.querySelectorAll("svg.drawing")) {
    const stops = [...drawing.querySelectorAll("a.figure")];
    const stopAt = (chosen) => stops.forEach((link) => link.setAttribute("tabindex", link === chosen ? 0 : -1));
    stopAt(stops[0]);
    drawing.nextElementSibling.hidden = stops.length < 2;
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && stops[stops.indexOf(document.activeElement) + step];
      if (!next) return;
      event.preventDefault();
      stopAt(next);
      next.focus();
    });
  }

  /* Amounts in tables in yuan or in ten thousands of yuan, as the reader prefers. */
  const switcher = document.querySelector(".units");
  const amounts = [...document.querySelectorAll('td .figure[data-unit="CNY"]')];
  const heads = [...document.querySelectorAll("main th, main figcaption")].filter((head) =>
    /（(万)?元）/.test(head.textContent));
  const style = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  const inWan = (link) => {
    const value = Number(link.dataset.value) / 10000;
    const signless = value < 0 && !/^[−-]/.test(link.dataset.yuan);
    const text = style.format(Math.abs(value));
    const sign = value < 0 && !signless ? "−" : link.dataset.yuan.startsWith("+") ? "+" : "";
    return sign + text;
  };

  const choose = (unit) => {
    for (const link of amounts) {
      link.dataset.yuan ??= link.textContent;
      link.textContent = unit === "wan" ? inWan(link) : link.dataset.yuan;
    }
    for (const head of heads) {
      for (const node of head.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        node.data = node.data.replace(/（(万)?元）/, unit === "wan" ? "（万元）" : "（元）");
      }
    }
  };

  if (switcher && amounts.length) {
    switcher.hidden = false;
    switcher.addEventListener("change", (event) => choose(event.target.value));
  }
})();
