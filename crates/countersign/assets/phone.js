// The page that waits for the digits of a call or an SMS: how it stands is asked for again and again while something is
// under way, and said in place, so that nobody loses the digits half typed. Without a script the page is loaded anew.

// Often while a phone is about to ring or rings, now and then while an SMS is under way or a button waits.
const EVERY = 700;
const LATER = 3_000;

const box = document.querySelector("[data-phone]");
if (box) watch(box);

function watch(box) {
  const stage = box.querySelector("[data-phone-stage]");
  const look = box.querySelector("[data-phone-look]");
  const wait = document.querySelector("[data-phone-wait]");
  const reason = wait.querySelector("span");
  const buttons = [...document.querySelectorAll("[data-phone-ask]")];
  const answers = box.hasAttribute("data-answer");
  let timer;

  const again = (after) => {
    clearTimeout(timer);
    timer = setTimeout(ask, after);
  };

  // Never by reload(): a page that came of a refused answer would send that answer once more.
  const anew = () => location.replace(box.dataset.here);

  async function ask() {
    if (document.hidden) return again(EVERY);
    try {
      const answer = await fetch(box.dataset.phone, { headers: { accept: "application/json" } });
      // The second step is over, or goes on by another method: the page knows better.
      if (answer.redirected) return anew();
      if (!answer.ok) return again(LATER);
      tell(await answer.json());
    } catch {
      again(LATER);
    }
  }

  function tell(news) {
    const answerable = news.answer !== null;
    if (answerable !== answers) return anew();
    if (stage && stage.textContent !== news.text) stage.textContent = news.text;
    stage?.parentElement.classList.toggle("warn", news.failed);
    stage?.parentElement.classList.toggle("info", !news.failed);
    if (look) look.hidden = !news.look;
    for (const button of buttons) free(button, news[button.value]);
    reason.textContent = news.wait;
    wait.hidden = !news.wait;
    if (news.changes) again(news.soon ? EVERY : LATER);
    else if (news.call > 0 || news.sms > 0) again(LATER);
    else if (answerable) again(news.answer + 300);
  }

  for (const button of buttons) free(button, button.dataset.after === undefined ? null : Number(button.dataset.after));
  if (box.hasAttribute("data-changes")) again(box.dataset.changes === "soon" ? EVERY : LATER);
  else if (!wait.hidden && buttons.some((button) => button.disabled && !button.hidden)) again(LATER);
  else if (answers) again(Number(box.dataset.answer) + 300);
}

/** A button shows while it may be pressed some time, and can be pressed when that time has come. */
function free(button, after) {
  clearTimeout(button.freed);
  button.hidden = after === null;
  button.disabled = after !== 0;
  if (after) button.freed = setTimeout(() => open(button), after + 300);
  else if (after === 0) open(button);
}

function open(button) {
  button.disabled = false;
  button.removeAttribute("aria-describedby");
}
