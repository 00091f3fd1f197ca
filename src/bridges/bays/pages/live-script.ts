/**
 * What a page does beyond its forms, for browsers that run scripts: it fetches itself again when something it shows has changed, and it
 * can ask to be told when it is closed. A server that refuses, as while it is deployed, is asked again. It fills the parts marked
 * `data-part` anew, but none in which somebody is typing. The part itself stays: what is new is read aloud only where it was watched.
 */
export const LIVE_SCRIPT = `
"use strict";
(() => {
  const { live, push, key } = document.body.dataset;
  const renew = () => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      if (request.status !== 200 || !request.response) return;
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = request.response.querySelector('[data-part="' + part.dataset.part + '"]');
        if (!fresh || part.matches(":focus-within") || fresh.isEqualNode(part)) continue;
        part.replaceChildren(...document.importNode(fresh, true).childNodes);
      }
    };
    request.send();
  };
  if (live) {
    let waiting = 0;
    let pause = 2000;
    const listen = () => {
      const stream = new EventSource(live);
      stream.addEventListener("changed", () => {
        pause = 2000;
        clearTimeout(waiting);
        waiting = setTimeout(renew, 20);
      });
      stream.addEventListener("error", () => {
        if (stream.readyState !== EventSource.CLOSED) return;
        setTimeout(listen, pause);
        pause = Math.min(60000, pause * 2);
      });
    };
    listen();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
    setInterval(renew, 60000);
  }
  const button = document.querySelector("[data-tell]");
  if (!button || !key || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const no = document.querySelector("[data-tell-no]");
    button.disabled = true;
    no.hidden = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
      const worker = await navigator.serviceWorker.register(push + "/sw.js", { scope: push + "/" });
      await navigator.serviceWorker.ready;
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const form = button.form;
      form.elements.subscription.value = JSON.stringify(subscription);
      form.submit();
    } catch {
      no.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
})();
`;

/** Shows what is pushed to it, and opens the page it is about. */
export const PUSH_WORKER = `
"use strict";
self.addEventListener("push", (event) => {
  const { title, text, url } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body: text, data: { url } }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data;
  if (new URL(url).origin === self.location.origin) event.waitUntil(self.clients.openWindow(url));
});
`;
