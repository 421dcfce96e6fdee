// Light, dark or as the system says: form[data-theme-form] with buttons name="theme" value="light|dark|auto".
// The choice is kept in the cookie `theme`, from which the server writes data-theme on <html>.
// Without script the form is sent to the server, which sets the same cookie.

const YEAR = 31536000;

function show(choice) {
  const root = document.documentElement;
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  for (const button of document.querySelectorAll("[data-theme-form] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  const choice = event.submitter?.value;
  if (!["light", "dark", "auto"].includes(choice)) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  show(choice);
});
