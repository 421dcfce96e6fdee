// Where the keyboard stands after a part of the page changed, and what a screen reader is told.
// First field with aria-invalid, else the new h1; a box that is being typed in keeps the focus.
// [data-announce] in the new part is copied into the live region #live.

const INVALID = "[aria-invalid=true]:not([type=hidden])";

function settle(root) {
  const words = root.querySelector?.("[data-announce]")?.textContent.trim();
  const live = document.getElementById("live");
  if (words && live) live.textContent = words;

  const wrong = root.querySelector?.(INVALID);
  if (wrong) {
    wrong.focus();
    return;
  }
  const typing = document.activeElement;
  if (typing && typing !== document.body && typing.isConnected) return;
  const heading = root.querySelector?.("h1");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  const element = typeof target === "string" ? document.querySelector(target) : target;
  // After an outerHTML swap the old element is gone: its place is found by id.
  const place = element?.isConnected ? element : element?.id ? document.getElementById(element.id) : null;
  settle(place ?? document);
});

// A whole page that came back with 422.
document.querySelector(`main ${INVALID}`)?.focus();
