"use strict";
(() => {
  /* A click on the head of a column sorts by it; one more click turns the order round. */
  for (const table of document.querySelectorAll("table.overview")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const valueOf = (row, column) => {
      const order = row.cells[column].dataset.order;
      return order === "" || Number.isNaN(Number(order)) ? order : Number(order);
    };
    const compare = (a, b) =>
      typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");

    const sortBy = (column) => {
      const head = heads[column];
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].sort((one, two) => {
        const [a, b] = [valueOf(one, column), valueOf(two, column)];
        if (a === "" || b === "") return (a === "") - (b === "");
        return sign * compare(a, b);
      });
      body.append(...rows);
    };

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sortBy(column));
      head.replaceChildren(button);
    });
  }
})();
