/**
 * The script of the inbox page: shows each entry of `/inbox/events` the moment it comes. What arrives is untrusted, so
 * it only ever becomes text; the one attribute made of it, a picture's path, the server has checked.
 */
export const inboxScript = `
  const limit = 200
  const list = document.getElementById('entries')
  const blank = document.getElementById('entry')
  const connection = document.getElementById('connection')
  const shown = new Set()
  const openedAt = Date.now()

  const put = (root, name, text) => {
    const element = root.querySelector('.' + name)
    if (text === null || text === '') element.remove()
    else element.textContent = text
  }

  const row = ([name, value]) => {
    const line = document.createElement('tr')
    const head = document.createElement('th')
    head.textContent = name
    const cell = document.createElement('td')
    cell.textContent = value
    line.append(head, cell)
    return line
  }

  const check = ({ header, passed, explanation }) => {
    const item = document.createElement('li')
    item.className = passed === null ? 'absent' : passed ? 'passed' : 'failed'
    const sign = document.createElement('span')
    sign.className = 'sign'
    sign.textContent = passed === null ? '–' : passed ? '✓' : '✗'
    const name = document.createElement('code')
    name.textContent = header
    const text = document.createElement('span')
    text.textContent = explanation
    item.append(sign, name, text)
    return item
  }

  const picture = (place, path) => {
    if (path === null) return
    const image = new Image()
    image.alt = ''
    image.onload = () => place.replaceChildren(image)
    image.src = path
  }

  const show = (entry) => {
    if (shown.has(entry.id)) return
    shown.add(entry.id)
    const item = blank.content.firstElementChild.cloneNode(true)
    const accepted = entry.status < 300
    item.classList.toggle('refused', !accepted)
    item.classList.toggle('new', Date.parse(entry.received_at) >= openedAt)
    item.dataset.id = entry.id
    const image = [entry.filename, entry.image_id].filter(Boolean).join(' · ')
    put(item, 'event', entry.event ?? (entry.verified ? 'unknown event' : 'not verified'))
    put(item, 'image', image || entry.summary)
    put(item, 'test', entry.test ? 'test' : null)
    put(item, 'attempt', entry.attempt > 1 ? 'attempt ' + entry.attempt : null)
    put(item, 'outcome', !accepted ? '✗ ' + entry.status : entry.code === 'duplicate' ? '✓ duplicate' : '✓ verified')
    const time = item.querySelector('time')
    time.dateTime = entry.received_at
    time.title = entry.received_at
    time.textContent = new Date(entry.received_at).toLocaleTimeString([], { hour12: false })
    put(item, 'sentence', entry.summary)
    item.querySelector('.checks').append(...entry.checks.map(check))
    put(item, 'body', entry.body || '(empty)')
    item.querySelector('tbody').append(...entry.headers.map(row))
    picture(item.querySelector('.picture'), entry.preview)
    list.prepend(item)
    while (list.children.length > limit) {
      shown.delete(list.lastElementChild.dataset.id)
      list.lastElementChild.remove()
    }
    document.getElementById('empty').hidden = true
  }

  const source = new EventSource('/inbox/events')
  source.onmessage = ({ data }) => show(JSON.parse(data))
  source.onopen = () => {
    connection.className = 'live'
    connection.textContent = 'live'
  }
  source.onerror = () => {
    connection.className = ''
    connection.textContent = 'the server is away, trying again'
  }
`
