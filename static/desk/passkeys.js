/*
 * Passkeys (https://www.w3.org/TR/webauthn-3/).
 *
 * A form with data-passkey has a passkey made or used, and is sent with the answer in its field "credential". What the
 * device is asked for (creation_options or request_options) stands as JSON in #passkey-options, or comes from the
 * address in data-options. Without passkeys the form stays hidden, and [data-passkey-missing] says why. When nothing came of it,
 * [data-passkey-error] shows the text in data-failed, or data-known if the device has such a passkey already.
 */
"use strict";

(() => {
  const missing = document.querySelector("[data-passkey-missing]");
  const complaint = document.querySelector("[data-passkey-error]");
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  /* Binary data travel as base64url without padding (RFC 4648, 5). */
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const withBytes = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

  function decoded(options) {
    const publicKey = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (publicKey.user) publicKey.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
    if (publicKey.excludeCredentials) publicKey.excludeCredentials = withBytes(publicKey.excludeCredentials);
    if (publicKey.allowCredentials) publicKey.allowCredentials = withBytes(publicKey.allowCredentials);
    return { publicKey };
  }

  function encoded(credential) {
    const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const present = names.filter((name) => credential.response[name]);
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: Object.fromEntries(present.map((name) => [name, text(credential.response[name])])),
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  async function optionsOf(form) {
    if (!form.dataset.options) return JSON.parse(document.getElementById("passkey-options").textContent);
    const response = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  async function answer(form) {
    const { creation_options: toMake, request_options: toUse } = await optionsOf(form);
    return encoded(await (toMake ? navigator.credentials.create(decoded(toMake)) : navigator.credentials.get(decoded(toUse))));
  }

  async function send(event) {
    const form = event.currentTarget;
    const button = form.querySelector("button");
    event.preventDefault();
    button.disabled = true;
    complaint.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch (error) {
      // The person said no, took too long, or the server said no.
      complaint.textContent = (error.name === "InvalidStateError" && form.dataset.known) || form.dataset.failed;
      complaint.hidden = false;
      button.disabled = false;
    }
  }

  missing.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
})();
