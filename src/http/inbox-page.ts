import { inboxScript } from './inbox-script.ts'
import { inboxStyle } from './inbox-style.ts'

/** What the inbox page may do: run and load nothing but its own, and be framed by nobody. `nonce` is new on each answer. */
export const inboxPagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#1f5fd0"/><path d="M4 8.5 7 11l5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>',
)}`

/** The inbox page. Nothing that arrived stands in it: its script puts that in, as text. */
export const inboxPage = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox · Imagehooks</title>
<link rel="icon" href="${icon}">
<style nonce="${nonce}">${inboxStyle}</style>
</head>
<body>
<header>
  <h1>Inbox</h1>
  <span id="connection" role="status">connecting</span>
  <p>Each webhook this server sends to its built-in receiver, verified, the moment it arrives.</p>
</header>
<main>
  <p id="empty"><b>Nothing has arrived yet.</b> Upload an image with the curl line that <code>imagehooks dev</code> printed; its webhook shows up here by itself.</p>
  <ol id="entries" aria-live="polite"></ol>
</main>
<template id="entry">
  <li>
    <details>
      <summary>
        <span class="picture" aria-hidden="true"><svg viewBox="0 0 24 24"><rect x="3" y="4.5" width="18" height="15" rx="2"/><circle cx="8.5" cy="9.5" r="1.5"/><path d="m3.5 17 5-4.5 3.5 3 4-4.5 5 5"/></svg></span>
        <span class="what"><span class="event"></span><span class="image"></span></span>
        <span class="marks">
          <span class="mark test"></span>
          <span class="mark attempt"></span>
          <span class="mark outcome"></span>
          <time></time>
        </span>
      </summary>
      <div class="more">
        <p class="sentence"></p>
        <h2>Signatures</h2>
        <ul class="checks"></ul>
        <h2>Body</h2>
        <pre class="body"></pre>
        <h2>Headers</h2>
        <div class="headers"><table><tbody></tbody></table></div>
      </div>
    </details>
  </li>
</template>
<script nonce="${nonce}">${inboxScript}</script>
</body>
</html>
`
