// Makes the pages more pleasant; everything works without it. No request is made from here.
"use strict";

// Moments in the reader's own zone; UTC stays in the title.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
  for (const time of document.querySelectorAll("time[data-form]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const form = time.dataset.form;
    const parts = [];
    if (form !== "clock") parts.push(date.format(moment));
    if (form !== "date") parts.push(clock.format(moment));
    time.textContent = parts.join(", ");
  }
  // The days of the log are the reader's, too.
  const dayName = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const known = [...document.querySelectorAll(".day")];
  let day;
  for (const entry of document.querySelectorAll(".day > .entry")) {
    const name = dayName.format(new Date(entry.querySelector(".stamp time").dateTime)).replace(",", "");
    if (day?.firstElementChild.textContent !== name) {
      day = known[0].cloneNode(false);
      day.append(known[0].firstElementChild.cloneNode(false));
      day.firstElementChild.textContent = name;
      known[0].before(day);
    }
    day.append(entry);
  }
  for (const section of known) section.remove();
  // A moment that is asked for is the reader's; what is sent is UTC.
  for (const input of document.querySelectorAll("input[type=datetime-local]")) {
    const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    const asked = new Date(`${input.value}Z`);
    if (!Number.isNaN(asked.getTime())) input.value = local(asked);
    input.form.addEventListener("formdata", (event) => {
      const chosen = new Date(input.value);
      if (!Number.isNaN(chosen.getTime())) event.formData.set(input.name, chosen.toISOString().slice(0, 16));
    });
  }
  document.documentElement.classList.add("local");
  for (const where of document.querySelectorAll(".where")) where.textContent = `in your zone, ${zone} (UTC on hover)`;
}

// j and k walk through the edits of a page, n and p to the pages beside it, / to the search. They can be switched off.
const switchBox = document.querySelector(".keys");
const toggle = switchBox?.querySelector("button");
let keys = true;
const remember = (on) => { try { localStorage.setItem("tracker-keys", on ? "on" : "off"); } catch { /* private mode */ } };
const show = () => {
  toggle.setAttribute("aria-pressed", String(keys));
  toggle.textContent = `Keyboard shortcuts are ${keys ? "on" : "off"}`;
};
if (toggle) {
  try { keys = localStorage.getItem("tracker-keys") !== "off"; } catch { /* private mode */ }
  switchBox.hidden = false;
  show();
  toggle.addEventListener("click", () => { keys = !keys; remember(keys); show(); });
}

const steps = [...document.querySelectorAll("[data-step]")];
let place = -1;
function step(by) {
  if (!steps.length) return;
  place = Math.max(0, Math.min(steps.length - 1, place + by));
  const target = steps[place].querySelector("h3 a, summary") ?? steps[place];
  if (!target.matches("a, button, summary, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  steps[place].scrollIntoView({ block: "center" });
}
document.addEventListener("keydown", (event) => {
  if (!keys || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const follow = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
  const does = { j: () => step(1), k: () => step(-1), n: () => follow("next"), p: () => follow("prev"),
    "/": () => document.getElementById("find")?.focus() }[event.key];
  if (does) { event.preventDefault(); does(); }
});

// Copies the address of a page.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = "Copied"; }
    catch { button.textContent = button.dataset.copy; }
  });
}
