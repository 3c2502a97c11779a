/* Only comfort: every page works without this file. */
"use strict";
// the title and the summary already tell of errors; make sure that the summary has the focus where autofocus is not honoured
const summary = document.getElementById("error-summary");
if (summary && document.activeElement !== summary) summary.focus();
// a link of the summary leads to the control itself, its group in sight
for (const link of document.querySelectorAll(".error-summary a")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest("fieldset, .field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
// a second press of the same button sends nothing (the server would answer with the same receipt anyway)
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}
// counter mode: how many characters were typed on this page, told to the form that is sent
const typed = document.querySelector("input[name=typed_characters]");
if (typed) {
  document.addEventListener("keydown", (event) => {
    const control = event.target.closest("input, textarea");
    if (control && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      typed.value = String(Number(typed.value || 0) + 1);
      const shown = document.getElementById("typed-count");
      if (shown) shown.textContent = typed.value;
    }
  });
}
// What is typed is handed over while it is typed, so that it is there again when the session has ended.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const changed = new Set();
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    const all = new FormData(form);
    const body = new URLSearchParams({ "unsent-path": location.pathname, "unsent-form": form.id });
    body.set("csrfmiddlewaretoken", all.get("csrfmiddlewaretoken"));
    for (const name of changed) {
      body.append("unsent-names", name);
      for (const value of all.getAll(name)) body.append(name, value);
    }
    fetch(form.dataset.keep, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  form.addEventListener("input", ({ target }) => {
    if (!target.name || target.type === "file") return;
    changed.add(target.name);
    timer = timer || setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
  });
  addEventListener("pagehide", () => timer && keep());
  document.addEventListener("visibilitychange", () => document.hidden && timer && keep());
}
// a page that waits for the card app looks again by itself
const waiting = document.querySelector("[data-look-again]");
if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.lookAgain) * 1000);
// another indicator on a map that is already there: only its classes are fetched
for (const link of document.querySelectorAll("a[data-classes]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await fetch(link.dataset.classes).catch(() => null);
    if (!answer || !answer.ok) return void (location.href = link.href);
    const [title, marks] = (await answer.text()).split("\n");
    document.querySelectorAll(".map path").forEach((path, number) => {
      path.setAttribute("class", marks[number] === "n" ? "n" : `q${marks[number]}`);
      path.firstElementChild.textContent = path.firstElementChild.textContent.split(" ")[0];
    });
    document.querySelector("h1").textContent = title;
    for (const old of document.querySelectorAll("figcaption, #ranking, #ranking ~ *")) old.remove();
    history.replaceState(null, "", link.href);
  });
}
