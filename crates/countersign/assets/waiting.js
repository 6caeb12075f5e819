// Waits for an answer in Telegram and goes on by itself: the form is sent once somebody has confirmed, and the page is
// fetched anew when something else has changed. The server tells by events; where they can't get through, it is asked.

const form = document.querySelector("form[data-wait]");
if (form) {
  const address = form.dataset.wait;
  const waits = form.querySelector("[data-waits]");
  if (waits) waits.hidden = false;
  let ended = false;
  let events;

  const end = (act) => {
    if (ended) return;
    ended = true;
    events?.close();
    act();
  };
  const goOn = () => form.requestSubmit();
  // Never by reload(): a page that came of a form would send that form once more.
  const anew = () => location.replace(form.dataset.waitHere ?? location.href);

  const take = ({ state, stage, round }) => {
    if (state === "confirmed") end(goOn);
    else if (state !== (form.dataset.waitStill ?? "still")) end(anew);
    // Asked anew, in another tab say: the number on this page would be a wrong one.
    else if (round && String(round) !== form.dataset.waitRound) end(anew);
    else if (stage) show(stage);
  };

  // On its way, then sent: that alone is no reason to fetch the page anew.
  const show = (stage) => {
    const texts = [...document.querySelectorAll("[data-when]")];
    if (!texts.some((text) => text.dataset.when === stage)) return end(anew);
    for (const text of texts) text.hidden = text.dataset.when !== stage;
  };

  // Asked every two seconds, and less often while nothing answers.
  const ask = async (pause = 2000) => {
    if (ended) return;
    let next = 2000;
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" }, redirect: "error" });
      if (answer.ok) take(await answer.json());
      else next = Math.min(pause * 2, 30_000);
    } catch {
      next = Math.min(pause * 2, 30_000);
    }
    setTimeout(() => ask(next), next);
  };

  const listen = () => {
    events = new EventSource(address);
    const heard = (event) => take(JSON.parse(event.data));
    for (const state of ["still", "confirmed", "refused", "over"]) events.addEventListener(state, heard);
    let silences = 0;
    events.addEventListener("still", () => (silences = 0));
    events.addEventListener("error", () => {
      silences += 1;
      // Closed for good, or again and again: no events come through here.
      if (events.readyState !== EventSource.CLOSED && silences < 3) return;
      events.close();
      ask();
    });
    addEventListener("pagehide", () => events.close());
  };

  if (form.hasAttribute("data-wait-events") && "EventSource" in window) listen();
  else ask();

  // Coming back by the browser's history shows a page that no longer waits.
  addEventListener("pageshow", (event) => {
    if (event.persisted) anew();
  });
}
