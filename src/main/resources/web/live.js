// The live stream, and how old what it brought is. Old data is never shown as new: silence of the stream is noticed here even
// where the browser has not noticed it yet. The stations themselves come as a collection, compressed, and from the browser's own cache where
// nothing has changed; what the stream says of them meanwhile is put over it, in order.

import { askAll, ofWhatIsSeen } from './ask.js';

const SILENCE_MS = 5000;
const ASK_AGAIN_MS = 500;
const FIRST_WITHIN_MS = 30000;
const OLDEST_COPY_MS = 10000;

export class Live {
  constructor(on) {
    this.on = on;
    this.forget();
    this.open();
    setInterval(() => this.watch(), 1000);
  }

  /** To the drill, or back from it: nothing of the one counts as heard of the other. */
  change() {
    clearTimeout(this.again);
    this.source.close();
    this.forget();
    this.open();
    this.watch();
  }

  forget() {
    this.clock = null;
    this.heardAt = 0;
    this.begunAt = performance.now();
    // what the stream says while the stations are on their way
    this.waiting = null;
    this.known = false;
  }

  open() {
    const source = new EventSource(ofWhatIsSeen('/live?stations=false'));
    this.source = source;
    const take = (name, use) => this.source.addEventListener(name, event => {
      if (source !== this.source) return;
      this.heardAt = performance.now();
      use(JSON.parse(event.data));
    });
    take('state', state => this.fetch(state));
    take('station', station => (this.waiting ? this.waiting.push(station) : this.on.station(station)));
    take('alert', alert => this.on.alert(alert));
    take('clock', clock => {
      this.clock = clock;
      this.clockAt = performance.now();
      this.on.clock(clock);
      this.watch();
    });
    this.source.onerror = () => {
      if (this.source.readyState === EventSource.CLOSED) {
        // refused, not dropped: the browser does not come back by itself
        clearTimeout(this.again);
        this.again = setTimeout(() => this.open(), 3000);
      }
      this.watch();
    };
  }

  /** The stations of a state, as they are then or later: asked after it, and never from a cache that has not asked. */
  async fetch(state) {
    const mine = [];
    this.waiting = mine;
    this.waitingSince = performance.now();
    for (;;) {
      const found = await askAll(ofWhatIsSeen('/collections/stations/items')).catch(() => null);
      if (this.waiting !== mine) return;
      // its sequence is below the state's where nothing has changed since the browser last had it
      if (found && found.runId === state.runId) {
        this.waiting = null;
        this.known = true;
        this.on.state({ ...state, stations: found.features });
        mine.forEach(station => this.on.station(station));
        this.watch();
        return;
      }
      await new Promise(resolve => { setTimeout(resolve, ASK_AGAIN_MS); });
      if (this.waiting !== mine) return;
    }
  }

  /** The service's wall clock now, whatever the clock of this machine says. */
  serverNow() {
    return this.clock.wallMs + performance.now() - this.clockAt;
  }

  watch() {
    const silentMs = this.heardAt === 0 ? Infinity : performance.now() - this.heardAt;
    const open = this.source.readyState === EventSource.OPEN && silentMs < SILENCE_MS;
    // what is shown while the stations are on their way is from before
    const connected = open && this.waiting === null;
    const since = performance.now() - (this.heardAt === 0 ? this.begunAt : this.waitingSince);
    this.on.freshness({
      connecting: (this.heardAt === 0 || (open && !connected)) && since < (open && !this.known ? FIRST_WITHIN_MS : SILENCE_MS),
      connected,
      receivedAgoMs: this.clock?.newestReceivedAtMs ? this.serverNow() - this.clock.newestReceivedAtMs : null,
      copiedAgoMs: this.clock ? this.serverNow() - this.clock.copiedAtMs : null,
      notFresh: this.clock !== null && connected && this.serverNow() - this.clock.copiedAtMs > OLDEST_COPY_MS,
      seenAtMs: this.clock ? this.clock.wallMs : null,
    });
  }
}
