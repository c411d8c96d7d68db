// Talks to the server part (src/nbjob_clean/jupyter/handlers.py). The page asks nobody else.

/** What the server said no to; `status` is HTTP's, 0 where nobody answered. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class Server {
  constructor({ ServerConnection }, { URLExt }) {
    this._connection = ServerConnection;
    this._settings = ServerConnection.makeSettings();
    this._join = path => URLExt.join(this._settings.baseUrl, 'nbjob', path);
    this.isThere = false;
  }

  /** Whether the server part is installed beside the page; remembered in `isThere`. */
  async look() {
    try {
      await this.ask('about');
      this.isThere = true;
    } catch {
      this.isThere = false;
    }
    return this.isThere;
  }

  /** JSON in, JSON out. Throws Refused. */
  async ask(path, body = undefined, { method, signal } = {}) {
    const response = await this._request(path, body, { method, signal });
    return response.status === 204 ? null : response.json();
  }

  /** The events of a run as they come; `signal` hangs up, and the server stops what runs. */
  async *events(path, body, signal) {
    const response = await this._request(path, body, { signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line.trim()) {
          yield JSON.parse(line);
        }
      }
    }
  }

  async _request(path, body, { method, signal }) {
    const init = { method: method ?? (body === undefined ? 'GET' : 'POST'), signal };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
    }
    let response;
    try {
      response = await this._connection.makeRequest(this._join(path), init, this._settings);
    } catch (error) {
      throw new Refused(error.message, 0);
    }
    if (!response.ok) {
      throw new Refused(await reason(response), response.status);
    }
    return response;
  }
}

async function reason(response) {
  try {
    return (await response.json()).message || response.statusText;
  } catch {
    return response.statusText;
  }
}
