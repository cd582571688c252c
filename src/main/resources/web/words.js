// Texts in both languages, and numbers and times as each writes them.

const WORDS = {
  da: {
    skip: 'Gå til stationen', timeMachine: 'Tidsmaskine: se et tidligere tidspunkt', theme: 'Mørk', exercise: 'Øvelse',
    search: 'Søg station', moreStations: n => `og ${n.toLocaleString('da-DK')} til: søg efter dem`, noStations: 'Ingen station hedder sådan.',
    zoom: 'Zoom', zoomIn: 'Zoom ind', zoomOut: 'Zoom ud', zoomReset: 'Hele perioden igen', historyFilters: 'Tidligere alarmer: udvalg',
    chartKeys: 'Kurver. Piletaster flytter i tid, plus og minus zoomer, 0 nulstiller, skift og pil går fra måling til måling',
    coastCredit: 'Kystlinje: Natural Earth', pastAway: 'Det tidspunkt kan ikke hentes lige nu. Det viste er ikke fra da.', language: 'Sprog', map: 'Kort', stations: 'Stationer', alerts: 'Alarmer', span: 'Periode',
    notDmi: 'Lokale målinger – ikke et varsel fra DMI.',
    notDmiMore: 'Tærsklerne er kommunens egne. Følg myndighedernes anvisninger:',
    dmiWarnings: 'DMI’s varsler', dmiLevels: 'DMI’s vandstand', api: 'Åbne data (OGC API)', alertsJson: 'Alarmer som JSON',
    health: 'Driftstilstand',
    state: { normal: 'Normal', pending: 'Afventer', active: 'Alarm', stale: 'Tavs', out_of_service: 'Ude af drift', unknown: 'Ukendt' },
    severity: ['ingen', 'gul', 'orange', 'rød'],
    legendSilent: 'Tavs eller ukendt: ingen afblæsning',
    unknownMore: 'Der er endnu ikke modtaget målinger. Det er ikke en afblæsning.',
    staleMore: 'Måleren er tavs. Den seneste måling gælder ikke nødvendigvis nu; det er ikke en afblæsning.',
    outMore: 'Måleren er taget ud af drift. Det er ikke en afblæsning.',
    activeStale: 'Alarmen står, og måleren er tavs.',
    level: 'Vandstand', rain: 'Nedbør', trend: 'Ændring', over: 'over', observed: 'målt', ago: age => `for ${age} siden`, quality: 'Kvalitet', battery: 'Batteri',
    flag: { pass: 'godkendt', not_evaluated: 'ikke vurderet', suspect: 'mistænkelig', fail: 'fejl', missing: 'mangler' },
    expected: 'Fremskrivning: nås', expectedMore: 'fremskrivning, ikke et varsel', mayNot: 'nås måske ikke',
    residual: 'Over tidevandet', tideless: 'næsten intet tidevand', returnPeriod: 'Gentagelsesperiode', about: 'omkring', years: 'år',
    next: 'Til næste tærskel', aboveAll: 'over alle', unknownTrend: 'ukendt', steady: 'uændret', notSure: 'ikke sikkert',
    noAlerts: 'Ingen alarmer.', active: 'Aktive', past: 'Tidligere', noActive: 'Ingen aktive alarmer.',
    since: 'siden', until: 'til', peak: 'højest', silent: 'måleren er tavs', acknowledged: 'kvitteret af',
    withdrawn: 'trukket tilbage', unconfirmed: 'ubekræftet', late: 'modtaget forsinket', possible: 'muligvis', shelved: 'stillet til side til', outOfService: 'måleren er ude af drift', threshold: 'tærskel',
    historyAway: 'Databasen er ikke tilgængelig: tidligere alarmer kan mangle.',
    seriesAway: 'Den gemte måleserie kan ikke hentes lige nu. Kurven viser kun, hvad siden har set.',
    noSeries: 'Ingen målinger i perioden.',
    truncated: 'Perioden rummer flere målinger, end der vises.',
    unverified: 'stiplet: tallet er ikke bekræftet',
    stream: 'AFSPILNING – ikke nu', streamMore: 'Uret følger målingerne. Det er ikke klokken nu.',
    run: 'kørsel', waiting: 'Henter …', dataAge: age => `data ${age} gamle`, noData: 'ingen data endnu',
    live: 'Forbundet', lost: 'Forbindelsen er afbrudt',
    lostMore: when => `Forbindelsen er afbrudt. Det viste er fra kl. ${when} og er ikke nyt.`,
    connecting: 'Forbinder …',
    notFresh: age => `Tjenesten har ikke givet en ny tilstand i ${age}. Det viste er ikke nyt.`,
    calm: 'Ingen aktive alarmer', activeCount: n => n === 1 ? '1 aktiv alarm' : `${n} aktive alarmer`,
    silentCount: n => n === 1 ? '1 station tavs eller ukendt' : `${n} stationer tavse eller ukendte`,
    transition: { raised: 'udløst', escalated: 'skærpet', de_escalated: 'lempet', stale: 'måleren er tavs', back: 'måleren høres igen',
      cleared: 'afblæst', withdrawn: 'trukket tilbage', acknowledged: 'kvitteret', confirmed: 'bekræftet', shelved: 'stillet til side',
      unshelved: 'meldes igen', out_of_service: 'måleren er ude af drift', corrected: 'rettet' },
    cause: { reading_failed: 'rettet: målingen var forkert', reading_corrected: 'rettet: målingen er ændret', flapping: 'går op og ned',
      threshold_removed: 'tærsklen er taget ud af indstillingerne', severity_changed: 'niveauet er ændret i indstillingerne', in_service: 'måleren er i drift igen',
      maintenance: 'måleren vedligeholdes', exercise_over: 'øvelsen er slut', exercise_interrupted: 'øvelsen er afbrudt' },
    nowIs: 'nu:', unit: { members: 'led' }, ringed: 'ring: mistænkelig måling', crossed: 'kryds: fejlmåling', boxed: 'firkant: kom for sent', buckets: 'timemiddel; skygge: laveste til højeste',
    expectedDrawn: 'vifte og bjælke: fremskrivning med interval', noSeriesInExercise: 'Øvelsens målinger gemmes ikke: ingen kurve.',
    operator: { acknowledge: 'Kvittér', shelve: 'Stil til side', unshelve: 'Meld igen', by: 'Navn', note: 'Bemærkning', why: 'Hvorfor', lasting: 'Hvor længe',
      hours: n => n < 48 ? `${n} t` : `${n / 24} d`, shelveMeans: 'Alarmen står, men meldes ikke til nogen, så længe niveauet er det samme.',
      token: 'Operatørens nøgle', tokenMore: 'Gemmes kun i dette vindue, indtil det lukkes.', tokenKnown: 'Nøglen er husket i dette vindue.', forget: 'Glem den',
      cancel: 'Fortryd', refused: 'Nøglen er ikke operatørens.', unreachable: 'Tjenesten kan ikke nås. Det vides ikke, om det blev gjort: se listen.' },
    aside: { title: 'Se efter', quiet: 'Giver ingen alarm', maintenance: 'Vedligeholdes', shelved: 'Stillet til side', calls: {
      suspect_below_clearing: 'kun mistænkelige målinger siger, at det er ovre: se på vandet', failures_beyond: 'tre målinger i træk over en tærskel er fejlmålinger: se på måleren',
      implausible_step: 'et usandsynligt spring: se på vandet', clock_off: 'urets tid er en time eller to forkert', flood: 'flere alarmer, end nogen kan læse: se på kortet',
      nobody_answered: 'vagtlisten er kaldt to gange, og ingen har kvitteret', gauge_offset: 'måleren viser andet end vandstandsbrættet ved den' } },
    history: { severity: 'Alvor', days: 'Periode', all: 'alle', yellow: 'gul og højere', orange: 'orange og højere', red: 'kun rød', here: 'kun valgt station',
      lastDays: n => n === 1 ? 'seneste døgn' : `seneste ${n} døgn` },
    pastBar: { mark: 'FORTID', told: when => `Du ser, hvad der var kendt ${when}. Ikke nu.`, instant: 'Tidspunkt', backHour: 'En time tilbage', backTen: 'Ti minutter tilbage',
      onTen: 'Ti minutter frem', onHour: 'En time frem', play: 'Afspil', pause: 'Pause', slide: 'De seneste syv døgn', leave: 'Tilbage til nu' },
    drill: { mark: 'ØVELSE', runs: 'En øvelse er i gang ved siden af det virkelige:', seen: 'Du ser øvelsen, ikke det virkelige:', until: 'til', see: 'Se øvelsen', leave: 'Tilbage til det virkelige' },
    layers: { title: 'Lag', window: 'Seneste', level: 'Havets niveau', now: 'som nu', noDefences: 'uden værn', unwatched: 'ingen måler: ukendt, ikke sikkert', noIndex: 'noget mangler: intet tal', shielded: 'lavere end havet, bag noget højere', over: 'over', silent: 'bleg: måleren er tavs', away: 'kan ikke hentes lige nu',
      notAll: (shown, all) => `${number(shown, 0)} af ${number(all, 0)} vises, de alvorligste først` },
    seconds: n => `${n} s`, minutes: n => `${n} min`, hours: n => `${n} t`, days: n => `${n} d`,
    spans: { 6: '6 t', 24: '24 t', 72: '3 d', 168: '7 d', 720: '30 d' },
  },
  en: {
    skip: 'Go to the station', timeMachine: 'Time machine: see an earlier instant', theme: 'Dark', exercise: 'Exercise',
    search: 'Search stations', moreStations: n => `and ${n.toLocaleString('en-GB')} more: search for them`, noStations: 'No station is called that.',
    zoom: 'Zoom', zoomIn: 'Zoom in', zoomOut: 'Zoom out', zoomReset: 'The whole period again', historyFilters: 'Past alerts: which',
    chartKeys: 'Curves. Arrow keys move in time, plus and minus zoom, 0 resets, shift and arrow go from reading to reading',
    coastCredit: 'Coastline: Natural Earth', pastAway: 'That instant cannot be had just now. What you see is not from then.', language: 'Language', map: 'Map', stations: 'Stations', alerts: 'Alerts', span: 'Period',
    notDmi: 'Local measurements – not a warning by DMI.',
    notDmiMore: 'The thresholds are the municipality’s own. Follow the authorities:',
    dmiWarnings: 'DMI’s warnings', dmiLevels: 'DMI’s water levels', api: 'Open data (OGC API)', alertsJson: 'Alerts as JSON',
    health: 'Service health',
    state: { normal: 'Normal', pending: 'Pending', active: 'Alert', stale: 'Silent', out_of_service: 'Out of service', unknown: 'Unknown' },
    severity: ['none', 'yellow', 'orange', 'red'],
    legendSilent: 'Silent or unknown: no all-clear',
    unknownMore: 'No reading has been received yet. That is not an all-clear.',
    staleMore: 'The sensor is silent. Its last reading need not hold now; that is not an all-clear.',
    outMore: 'The sensor is out of service. That is not an all-clear.',
    activeStale: 'The alert stands, and its sensor is silent.',
    level: 'Water level', rain: 'Rain', trend: 'Change', over: 'over', observed: 'observed', ago: age => `${age} ago`, quality: 'Quality', battery: 'Battery',
    flag: { pass: 'passed', not_evaluated: 'not evaluated', suspect: 'suspect', fail: 'failed', missing: 'missing' },
    expected: 'Extrapolation: reached', expectedMore: 'an extrapolation, not a warning', mayNot: 'may not be reached',
    residual: 'Above the tide', tideless: 'nearly tideless', returnPeriod: 'Return period', about: 'about', years: 'years',
    next: 'To the next threshold', aboveAll: 'above all', unknownTrend: 'unknown', steady: 'steady', notSure: 'not sure',
    noAlerts: 'No alerts.', active: 'Active', past: 'Past', noActive: 'No active alerts.',
    since: 'since', until: 'to', peak: 'peak', silent: 'sensor is silent', acknowledged: 'acknowledged by',
    withdrawn: 'withdrawn', unconfirmed: 'unconfirmed', late: 'came late', possible: 'possibly', shelved: 'shelved until', outOfService: 'sensor is out of service', threshold: 'threshold',
    historyAway: 'The database is away: past alerts may be missing.',
    seriesAway: 'The stored series cannot be had just now. The curve shows only what this page has seen.',
    noSeries: 'No readings in this period.',
    truncated: 'The period holds more readings than are shown.',
    unverified: 'dashed: the figure is unverified',
    stream: 'REPLAY – not now', streamMore: 'The clock follows the readings, not the wall clock.',
    run: 'run', waiting: 'Loading …', dataAge: age => `data ${age} old`, noData: 'no data yet',
    live: 'Connected', lost: 'Connection lost',
    lostMore: when => `Connection lost. What you see is from ${when} and is not new.`,
    connecting: 'Connecting …',
    notFresh: age => `The service has given no new state for ${age}. What you see is not new.`,
    calm: 'No active alerts', activeCount: n => n === 1 ? '1 active alert' : `${n} active alerts`,
    silentCount: n => n === 1 ? '1 station silent or unknown' : `${n} stations silent or unknown`,
    transition: { raised: 'raised', escalated: 'escalated', de_escalated: 'de-escalated', stale: 'sensor is silent', back: 'sensor is heard again',
      cleared: 'cleared', withdrawn: 'withdrawn', acknowledged: 'acknowledged', confirmed: 'confirmed', shelved: 'shelved',
      unshelved: 'told again', out_of_service: 'sensor is out of service', corrected: 'corrected' },
    cause: { reading_failed: 'corrected: the reading was wrong', reading_corrected: 'corrected: the reading was changed', flapping: 'goes up and down',
      threshold_removed: 'the threshold was taken out of the settings', severity_changed: 'the level was changed in the settings', in_service: 'the sensor is in service again',
      maintenance: 'sensor is in maintenance', exercise_over: 'the exercise is over', exercise_interrupted: 'the exercise is interrupted' },
    nowIs: 'now:', unit: { members: 'members' }, ringed: 'ring: suspect reading', crossed: 'cross: failed reading', boxed: 'box: came late', buckets: 'hourly means; shade: lowest to highest',
    expectedDrawn: 'fan and bar: extrapolation with its interval', noSeriesInExercise: 'Readings of an exercise are not stored: no curve.',
    operator: { acknowledge: 'Acknowledge', shelve: 'Shelve', unshelve: 'Tell again', by: 'Name', note: 'Note', why: 'Why', lasting: 'For how long',
      hours: n => n < 48 ? `${n} h` : `${n / 24} d`, shelveMeans: 'The alert stands, but nobody is told of it while its level stays the same.',
      token: 'Operator’s token', tokenMore: 'Kept in this window alone, until it is closed.', tokenKnown: 'The token is kept in this window.', forget: 'Forget it',
      cancel: 'Cancel', refused: 'The token is not the operator’s.', unreachable: 'The service cannot be reached. Whether it was done is not known: look at the list.' },
    aside: { title: 'To look at', quiet: 'Raises no alarm', maintenance: 'In maintenance', shelved: 'Shelved', calls: {
      suspect_below_clearing: 'only suspect readings say that it is over: look at the water', failures_beyond: 'three readings in a row beyond a threshold failed: look at the gauge',
      implausible_step: 'an implausible step: look at the water', clock_off: 'its clock is an hour or two off', flood: 'more alerts than anybody can read: look at the map',
      nobody_answered: 'the duty list was called twice, and nobody acknowledged', gauge_offset: 'the sensor differs from the staff gauge beside it' } },
    history: { severity: 'Severity', days: 'Period', all: 'all', yellow: 'yellow and above', orange: 'orange and above', red: 'red only', here: 'chosen station only',
      lastDays: n => n === 1 ? 'last day' : `last ${n} days` },
    pastBar: { mark: 'PAST', told: when => `You see what was known ${when}. Not now.`, instant: 'Instant', backHour: 'Back an hour', backTen: 'Back ten minutes',
      onTen: 'On ten minutes', onHour: 'On an hour', play: 'Play', pause: 'Pause', slide: 'The last seven days', leave: 'Back to now' },
    drill: { mark: 'EXERCISE', runs: 'An exercise is running beside the real thing:', seen: 'You see the exercise, not the real thing:', until: 'until', see: 'See the exercise', leave: 'Back to the real thing' },
    layers: { title: 'Layers', window: 'Last', level: 'Level of the sea', now: 'as now', noDefences: 'without defences', unwatched: 'no sensor: unknown, not safe', noIndex: 'something is missing: no figure', shielded: 'lower than the sea, behind higher ground', over: 'over', silent: 'pale: sensor is silent', away: 'cannot be loaded just now',
      notAll: (shown, all) => `${number(shown, 0)} of ${number(all, 0)} shown, the gravest first` },
    seconds: n => `${n} s`, minutes: n => `${n} min`, hours: n => `${n} h`, days: n => `${n} d`,
    spans: { 6: '6 h', 24: '24 h', 72: '3 d', 168: '7 d', 720: '30 d' },
  },
};

const KEPT = 'vandvagt.language';
let language = kept() ?? (navigator.languages.some(tag => /^(da|nb|nn|no)\b/.test(tag)) ? 'da' : 'en');
const listeners = [];

function kept() {
  try {
    const word = localStorage.getItem(KEPT);
    return word in WORDS ? word : null;
  } catch {
    return null;
  }
}

export const words = () => WORDS[language];
export const languageInUse = () => language;
export const onLanguage = listener => listeners.push(listener);

export function speak(next) {
  language = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // private windows forget, and that is their point
  }
  listeners.forEach(listener => listener());
}

/** A text that the service sends as a pair of members: titleDa, titleEn. */
export const text = (of, name) => of[name + (language === 'da' ? 'Da' : 'En')] || of[name + 'En'] || of[name + 'Da'] || '';

const locale = () => (language === 'da' ? 'da-DK' : 'en-GB');

const written = new Map();

/** Of a locale: making one costs more than using it a thousand times. */
function numbers(digits) {
  const key = language + digits;
  if (!written.has(key)) written.set(key, new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return written.get(key);
}

export const number = (value, digits) => value === null || value === undefined || Number.isNaN(value) ? '–' : numbers(digits).format(value);

const format = (ms, options) => new Intl.DateTimeFormat(locale(), options).format(ms);
export const clockTime = ms => format(ms, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const shortTime = ms => format(ms, { hour: '2-digit', minute: '2-digit' });
export const dayTime = ms => format(ms, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
/** Without the day where it is that of the other instant. */
export const shortestTime = (ms, nearMs) => (new Date(ms).toDateString() === new Date(nearMs).toDateString() ? shortTime(ms) : dayTime(ms));
export const fullTime = ms => format(ms, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
export const day = ms => format(ms, { day: 'numeric', month: 'short' });

export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const w = words();
  if (seconds < 120) return w.seconds(seconds);
  if (seconds < 7200) return w.minutes(Math.round(seconds / 60));
  if (seconds < 172800) return w.hours(Math.round(seconds / 3600));
  return w.days(Math.round(seconds / 86400));
}
