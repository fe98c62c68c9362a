import { html } from 'hono/html'
import type { Field, ReferenceCall, ReferenceSection } from './reference-model.ts'
import { referenceStyle } from './reference-style.ts'

type Markup = ReturnType<typeof html>

const fieldTable = (title: string, fields: readonly Field[]): Markup | '' =>
  fields.length === 0
    ? ''
    : html`<h4>${title}</h4>
        <div class="wide" tabindex="0">
          <table>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Type</th>
                <th scope="col">What it is</th>
              </tr>
            </thead>
            <tbody>
              ${fields.map(
                ({ name, type, required, note }) =>
                  html`<tr>
                    <td><code>${name}</code>${required ? html`<i title="required">*</i>` : ''}</td>
                    <td>${type}</td>
                    <td>${note}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`

const callEntry = (call: ReferenceCall): Markup =>
  html`<details id="${call.id}">
    <summary>
      <b class="${call.method.toLowerCase()}">${call.method}</b>
      <span>${call.summary}</span>
      <code>${call.path.replace('/client/v4/accounts/{account_id}', '…')}</code>
    </summary>
    <div class="inside">
      <p><code>${call.method} ${call.path}</code></p>
      ${call.description === '' ? '' : html`<p>${call.description}</p>`} ${fieldTable('Query', call.query)}
      ${fieldTable(`Body (${call.bodyTypes.join(' or ')})`, call.body)}
      ${call.resultType === undefined ? fieldTable('Result', call.result) : html`<p>Answers ${call.resultType}.</p>`}
      <h4>Failures</h4>
      <ul>
        ${call.errors.map(({ status, codes }) => html`<li><b>${status}</b> ${codes}</li>`)}
      </ul>
    </div>
  </details>`

/** The reference of the API as one page without a script: nothing is loaded from anywhere. */
export const referencePage = (sections: readonly ReferenceSection[], version: string): Markup =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Imagehooks API</title>
        <style>
          ${referenceStyle}
        </style>
      </head>
      <body>
        <header>
          <h1>Imagehooks API</h1>
          <p>
            Version ${version}. Send <code>Authorization: Bearer &lt;token&gt;</code>; answers come in Cloudflare's
            envelope <code>{ result, success, errors, messages }</code>. For programs:
            <a href="/openapi.json">openapi.json</a>.
          </p>
          <nav aria-label="Sections">${sections.map(({ title }) => html`<a href="#${title}">${title}</a>`)}</nav>
        </header>
        <main>
          ${sections.map(
            ({ title, calls }) =>
              html`<h2 id="${title}">${title}</h2>
                ${calls.map(callEntry)}`,
          )}
        </main>
      </body>
    </html>`
