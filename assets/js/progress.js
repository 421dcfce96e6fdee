// Tells how far a long form has come and lets it be stopped.
//
// form[data-progress="/PATH"]  while the form is under way, this part of a page is asked for once a second; 204 says that nothing is
//                              under way
// [data-progress-here]         where it is shown
// [data-stop="/PATH"]          within it: asks to stop

const SECOND = 1000;
// The server takes the file first: so often it may know of nothing before it is believed.
const PATIENCE = 30;

async function watch(form, place) {
  let [begun, nothing] = [false, 0];
  while (form.isConnected && nothing < (begun ? 2 : PATIENCE)) {
    await new Promise((done) => setTimeout(done, SECOND));
    const answer = await fetch(form.dataset.progress).catch(() => null);
    if (answer?.status === 200) {
      [begun, nothing] = [true, 0];
      place.innerHTML = await answer.text();
    } else {
      nothing += 1;
    }
  }
  place.replaceChildren();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const place = document.querySelector("[data-progress-here]");
  if (form.dataset?.progress && place) watch(form, place);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-stop]");
  if (!button) return;
  button.disabled = true;
  await fetch(button.dataset.stop, { method: "POST" }).catch(() => null);
});
