// The live stream, and how old what it brought is. Old data is never shown as new: silence of the stream is noticed here even
// where the browser has not noticed it yet.

import { ofWhatIsSeen } from './ask.js';

const SILENCE_MS = 5000;
const OLDEST_COPY_MS = 10000;

export class Live {
  constructor(on) {
    this.on = on;
    this.clock = null;
    this.heardAt = 0;
    this.begunAt = performance.now();
    this.open();
    setInterval(() => this.watch(), 1000);
  }

  /** To the drill, or back from it: nothing of the one counts as heard of the other. */
  change() {
    clearTimeout(this.again);
    this.source.close();
    this.clock = null;
    this.heardAt = 0;
    this.begunAt = performance.now();
    this.open();
    this.watch();
  }

  open() {
    const source = new EventSource(ofWhatIsSeen('/live'));
    this.source = source;
    const take = (name, use) => this.source.addEventListener(name, event => {
      if (source !== this.source) return;
      this.heardAt = performance.now();
      use(JSON.parse(event.data));
    });
    take('state', state => this.on.state(state));
    take('station', station => this.on.station(station));
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

  /** The service's wall clock now, whatever the clock of this machine says. */
  serverNow() {
    return this.clock.wallMs + performance.now() - this.clockAt;
  }

  watch() {
    const silentMs = this.heardAt === 0 ? Infinity : performance.now() - this.heardAt;
    const connected = this.source.readyState === EventSource.OPEN && silentMs < SILENCE_MS;
    this.on.freshness({
      connecting: this.heardAt === 0 && performance.now() - this.begunAt < SILENCE_MS,
      connected,
      receivedAgoMs: this.clock?.newestReceivedAtMs ? this.serverNow() - this.clock.newestReceivedAtMs : null,
      copiedAgoMs: this.clock ? this.serverNow() - this.clock.copiedAtMs : null,
      notFresh: this.clock !== null && connected && this.serverNow() - this.clock.copiedAtMs > OLDEST_COPY_MS,
      seenAtMs: this.clock ? this.clock.wallMs : null,
    });
  }
}
