// Sends a large file piece by piece before its form, and goes on where a broken connection stopped.
// [data-upload]  around an <input type="file">: when the form is sent, the file goes to /uploads first; the form then
// carries only the upload's id. The texts are attributes: data-too-large, data-lost, data-again.

const WAITS = [1, 2, 4, 8, 15, 30, 30, 30];

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const offset = (answer) => Number(answer.headers.get("upload-offset"));

class Refused extends Error {}

// Where the server stands with an upload that this browser began before, if it still has it.
async function held(key) {
  const place = localStorage.getItem(key);
  if (!place) return null;
  const answer = await fetch(place);
  if (answer.status !== 204) {
    localStorage.removeItem(key);
    return null;
  }
  return { place, at: offset(answer), chunk: 4 << 20 };
}

async function begin(file) {
  const answer = await fetch("/uploads", { method: "POST", body: new URLSearchParams({ name: file.name, size: file.size }) });
  if (answer.status === 422) throw new Refused(await answer.text());
  if (answer.status !== 201) throw new Refused("");
  const chunk = Math.min(4 << 20, Number(answer.headers.get("upload-chunk")));
  return { place: answer.headers.get("location"), at: 0, chunk };
}

async function send(box, file) {
  const key = `upload ${file.name} ${file.size} ${file.lastModified}`;
  const upload = (await held(key)) ?? (await begin(file));
  localStorage.setItem(key, upload.place);
  let tries = 0;
  while (upload.at < file.size) {
    show(box, file, upload.at);
    try {
      const body = file.slice(upload.at, upload.at + upload.chunk);
      const headers = { "upload-offset": upload.at, "content-type": "application/octet-stream" };
      const answer = await fetch(upload.place, { method: "POST", body, headers });
      if (answer.status === 422) {
        localStorage.removeItem(key);
        throw new Refused(await answer.text());
      }
      if (answer.status === 404 || answer.status === 401 || answer.status === 403) throw new Refused("");
      if (answer.status !== 204 && answer.status !== 409) throw new Error(`status ${answer.status}`);
      upload.at = offset(answer);
      tries = 0;
    } catch (error) {
      if (error instanceof Refused || tries >= WAITS.length) throw error;
      box.querySelector("[data-upload-share]").textContent = box.dataset.again;
      await pause(WAITS[tries++]);
      // the server says how much of the piece came through
      const answer = await fetch(upload.place).catch(() => null);
      if (answer?.status === 204) upload.at = offset(answer);
    }
  }
  show(box, file, file.size);
  localStorage.removeItem(key);
  return upload.place.split("/").pop();
}

function show(box, file, at) {
  const progress = box.querySelector("[data-upload-progress]");
  const share = Math.floor((100 * at) / file.size);
  progress.hidden = false;
  progress.querySelector("progress").value = share;
  progress.querySelector("[data-upload-name]").textContent = file.name;
  progress.querySelector("[data-upload-share]").textContent = `${share} %`;
}

function tell(box, text) {
  const error = box.querySelector("[data-upload-error]");
  error.textContent = text;
  error.hidden = text === "";
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const box = form.querySelector?.("[data-upload]");
  const input = box?.querySelector("input[type=file]");
  const file = input?.files?.[0];
  if (!file) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  tell(box, "");
  if (file.size > Number(box.dataset.most)) {
    tell(box, box.dataset.tooLarge);
    return;
  }
  form.dataset.sending = "1";
  try {
    const id = await send(box, file);
    box.querySelector("input[name=upload]")?.remove();
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "upload", value: id });
    box.append(field);
    input.value = "";
    delete form.dataset.sending;
    form.requestSubmit(event.submitter);
  } catch (error) {
    delete form.dataset.sending;
    box.querySelector("[data-upload-progress]").hidden = true;
    tell(box, (error instanceof Refused && error.message) || box.dataset.lost);
  }
});
