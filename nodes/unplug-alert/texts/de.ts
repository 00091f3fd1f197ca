import type { Texts } from "./texts.ts";

export const de: Texts = {
  alerts: {
    unpluggedWhileCharging: {
      title: "Beim Laden ausgesteckt",
      text: "{charger}: Der Stecker wurde um {time} gezogen[, während das Auto {current} zog][, nach {energy}]. Niemand hatte das Laden beendet.[ {consent}][ {answer}][ {question}][ {adapter}]",
    },
    unpluggedSoonAfterStop: {
      title: "Kurz nach Ladeende ausgesteckt",
      text: "{charger}: Der Stecker wurde um {time} gezogen, {rested} nachdem das Auto nichts mehr zog[, nach {energy}]. Vielleicht war es noch nicht fertig.[ {consent}][ {answer}][ {question}][ {adapter}]",
    },
    unpluggedWhilePaused: {
      title: "Beim Warten ausgesteckt",
      text: "{charger}: Der Stecker wurde um {time} gezogen, während das Auto wartete[: {reason}][. Es hatte {energy}].[ {consent}][ {answer}][ {question}][ {adapter}]",
    },
    unpluggedBeforeCharging: {
      title: "Vor dem Laden ausgesteckt",
      text: "{charger}: Der Stecker wurde um {time} gezogen. Das Auto war {plugged} angesteckt und hatte nichts gezogen.[ {consent}][ {answer}][ {question}][ {adapter}]",
    },
    unpluggedDuringOutage: {
      title: "Während eines Ausfalls ausgesteckt",
      text: "{charger}: Der Stecker ist draußen. Er wurde gezogen, als niemand hinsehen konnte, um {time} oder davor[; das Auto hatte da {energy}].[ {consent}][ {answer}][ {question}][ {adapter}]",
    },
    unpluggedAfterDone: {
      title: "Ausgesteckt, das Auto war fertig",
      text: "{charger}: Um {time} ausgesteckt, {rested} nachdem das Auto nichts mehr zog[, mit {energy}].[ {adapter}]",
    },
    unpluggedAfterStop: {
      title: "Nach dem Beenden ausgesteckt",
      text: "{charger}: Um {time} ausgesteckt, nachdem das Laden beendet wurde[ ({by})][, mit {energy}].",
    },
    unpluggedAfterFault: {
      title: "Nach einer Störung ausgesteckt",
      text: "{charger}: Um {time} ausgesteckt. Eine Störung hatte vorher den Strom abgeschaltet[: {fault}][. Es hatte {energy}].",
    },
    pluggedInAgain: { title: "Wieder angesteckt", text: "{charger}: Um {time} wieder angesteckt[, {away} nach dem Ziehen]. Alles gut." },
    pluggedIn: {
      title: "Jemand hat angesteckt",
      text: "{charger}: Um {time} hat jemand angesteckt[, {away} nach dem Ziehen][ ({outage})]. Welches Auto, kann die Ladestation nicht wissen.",
    },
    full: { title: "Das Auto ist voll", text: "{charger}: Das Auto ist seit {time} voll[ ({soc})][, {energy}][ in {charging}]." },
    stoppedDrawing: {
      title: "Das Auto zieht nichts mehr",
      text: "{charger}: Das Auto zieht seit {time} nichts mehr[, bei {soc}][, nach {energy}][ in {charging}]. Es ist fertig, oder es ruht.",
    },
    interrupted: {
      title: "Laden unterbrochen",
      text: "{charger}: Seit {time} wird kein Strom angeboten[: {reason}][. Das Auto hat bisher {energy}].",
    },
    resumed: { title: "Es lädt wieder", text: "{charger}: Das Auto zieht seit {time} wieder[, {current}]." },
    startedWithoutSun: {
      title: "Ohne Sonne begonnen",
      text: "{charger}: Das Laden begann um {time} mit {surplus} Sonne; {needed} wären genug.",
    },
    limitReached: { title: "Eine Grenze ist erreicht", text: "{charger}: {limit}[ {measured}] um {time}." },
    notPluggedIn: { title: "Das Auto ist nicht angesteckt", text: "Es ist {time}, und an {charger} ist kein Auto angesteckt." },
    badContact: {
      title: "Wackelkontakt",
      text: "{charger}: Der Stecker verlor und fand den Kontakt {bounces} Mal in einer Minute. Bitte ganz einstecken und auf Schmutz oder Verschleiß achten.",
    },
    fault: { title: "{fault}", text: "{charger}, {time}: {fault}. {faultMeans} {faultTodo}" },
    faultCleared: { title: "Vorbei: {fault}", text: "{charger}: {fault} ist seit {time} vorbei[, nach {lasted}]." },
    noNews: {
      title: "Keine Nachricht von der Ladestation",
      text: "{charger}: Seit {since} still. Ob das Auto noch lädt, ist nicht bekannt.",
    },
    newsAgain: { title: "Die Ladestation meldet sich wieder", text: "{charger}: Um {time} wieder gehört[, nach {silent}]." },
    answered: { title: "Es wurde geantwortet", text: "{charger}: Jemand hat auf den Alarm geantwortet[: {said}]." },
    test: { title: "Ein Test", text: "So kommt eine Nachricht Ihrer Ladestation an. Sie wurde um {time} verlangt." },
  },
  faults: {
    GroundFault: [
      "Fehlerstrom",
      "Strom floss zur Erde, darum wurde abgeschaltet.",
      "Es wird von selbst wieder versucht; löst es erneut aus, Kabel und Auto prüfen lassen.",
    ],
    GroundFaultDc: [
      "Gleichstrom floss ab",
      "Auto oder Kabel ließ Gleichstrom zur Erde, darum wurde abgeschaltet.",
      "Ein anderes Auto versuchen; löst es erneut aus, die Ladestation prüfen lassen.",
    ],
    GfciSelfTestFailed: [
      "Die Fehlerstromprüfung misslang",
      "Der Schutzschalter, der Menschen schützt, hat auf seine Prüfung nicht geantwortet.",
      "Die Ladestation nicht benutzen und reparieren lassen.",
    ],
    PilotFault: [
      "Störung auf der Pilotleitung",
      "Ladestation und Auto verstehen sich nicht, darum gibt es keinen Strom.",
      "Ausstecken, Stecker und Kabel ansehen, wieder anstecken.",
    ],
    PilotSupplyFault: [
      "Störung der Pilotversorgung",
      "Das eigene Signal der Ladestation ist nicht, wie es sein soll.",
      "Reparieren lassen, dann zurücksetzen.",
    ],
    DiodeFault: [
      "Auto nicht erkannt",
      "Etwas antwortet ohne die Diode eines Autos, darum bekommt es keinen Strom.",
      "Ausstecken und Stecker und Kabel ansehen.",
    ],
    VentilationNotAvailable: [
      "Lüftung fehlt",
      "Das Auto verlangt eine Lüftung, die es nicht gibt, darum bekommt es keinen Strom.",
      "Lüftung einschalten oder im Freien laden.",
    ],
    ContactorWelded: [
      "Schütz verschweißt",
      "Seine Kontakte öffnen nicht mehr, das Kabel kann unter Spannung stehen.",
      "Sicherung ausschalten und das Schütz ersetzen lassen.",
    ],
    ContactorNotClosing: [
      "Das Schütz schließt nicht",
      "Das Auto bekommt keinen Strom.",
      "Es wird noch einmal versucht; dann aus- und wieder anstecken.",
    ],
    ContactorSenseLost: [
      "Das Schütz ist nicht zu sehen",
      "Ob seine Kontakte offen sind, ist nicht bekannt, darum gibt es keinen Strom.",
      "Prüfen lassen, wenn es nicht von selbst vergeht.",
    ],
    UnexpectedCurrent: [
      "Strom, wo keiner fließen darf",
      "Strom fließt, obwohl das Schütz offen ist.",
      "Sicherung ausschalten und die Ladestation prüfen lassen.",
    ],
    OverCurrent: [
      "Das Auto zog zu viel",
      "Es nahm mehr als angeboten, darum wurde abgeschaltet.",
      "Aus- und wieder anstecken; geschieht es erneut, das Auto prüfen lassen.",
    ],
    OverTemperature: [
      "Zu heiß",
      "Die Ladestation ist zu heiß und hat angehalten.",
      "Sie macht von selbst weiter, wenn sie abgekühlt ist; Stecker und Dose ansehen.",
    ],
    TemperatureSensorFault: [
      "Temperaturfühler",
      "Die Ladestation spürt ihre Temperatur nicht und bietet weniger an.",
      "Den Fühler prüfen lassen.",
    ],
    ProtectiveEarthLost: [
      "Keine Erde",
      "Der Schutzleiter fehlt, darum wurde abgeschaltet.",
      "Die Anlage prüfen lassen, bevor sie benutzt wird.",
    ],
    BrownOut: [
      "Unterspannung",
      "Die Spannung brach ein, darum wurde abgeschaltet.",
      "Es geht von selbst weiter, wenn die Versorgung gut ist.",
    ],
    EmergencyStop: ["Not-Halt", "Jemand hat den Not-Halt gedrückt.", "Nachsehen, warum; lösen, dann zurücksetzen."],
    ProximityFault: [
      "Kabel nicht erkannt",
      "Sein Code ist nicht lesbar, darum gibt es keinen Strom.",
      "Beide Enden aus- und wieder anstecken.",
    ],
    MeterSilent: [
      "Der Zähler schweigt",
      "Die Ladestation kann nicht messen, was fließt, und hat angehalten.",
      "Es geht von selbst weiter, wenn der Zähler antwortet.",
    ],
    ControllerLate: [
      "Der Rechner war zu beschäftigt",
      "Er konnte nicht auf die Ladestation achten, darum wurde abgeschaltet.",
      "Nach einem Selbsttest geht es weiter; nachsehen, was den Rechner beschäftigt.",
    ],
    InternalFault: [
      "Interner Fehler",
      "Die Steuerung traf auf einen eigenen Fehler und hat das Schütz geöffnet.",
      "Zurücksetzen und mit dem Ereignisprotokoll melden.",
    ],
  },
  otherFault: ["Eine Störung: {name}", "Die Ladestation sagt, dass etwas nicht stimmt.", "Bitte nachsehen."],
  reasons: {
    sun: "zu wenig Sonne",
    tariff: "der Tarif",
    plan: "der Plan",
    fuse: "die Sicherung",
    share: "andere Autos sind dran",
    temperature: "die Ladestation ist zu warm",
    lease: "niemand erneuert die Grenze",
    stale: "die Messwerte sind zu alt",
    meter: "der Zähler schweigt",
    page: "die Seite des Monitors",
    minimumOff: "eine Pause zwischen zwei Ladungen",
    starts: "genug Starts in dieser Stunde",
    startDelay: "die Wartezeit nach einem Stromausfall",
    fault: "eine Störung",
    shutdown: "die Ladestation wird abgeschaltet",
    authorisation: "es ist nicht freigegeben",
    user: "jemand hat es angehalten",
    off: "es ist ausgeschaltet",
  },
  otherReason: "{name}",
  consents: {
    disarmed: "Der Alarm war unscharf, darum ist das nur ein Hinweis.",
    home: "Sie sind zu Hause, darum ist das nur ein Hinweis.",
    unlocked: "Ihr Auto war gerade aufgesperrt, darum ist das nur ein Hinweis.",
  },
  limits: {
    energy: "Die Energiegrenze ist erreicht:",
    time: "Die Zeitgrenze ist erreicht:",
    charge: "Die Grenze der Batterie ist erreicht:",
  },
  answers: { yes: "Ich war es", no: "Ich nicht", seen: "Ich weiß" },
  said: { yes: "es war in Ordnung", no: "es war jemand anderes", seen: "es ist bekannt" },
  question: "Waren Sie das?",
  ownerSaysNo: "Wer das Auto hat, war es nicht.",
  reminder: "Noch keine Antwort:",
  outage: "als niemand hinsehen konnte",
  adapter: "Sie benutzen einen Adapter: Ob er noch im Auto steckt, sieht die Ladestation nicht.",
  replyBySms: { yesNo: "Antworten Sie 1: ich war es, 2: ich nicht", seen: "Antworten Sie 3: ich weiß" },
  anyCharger: "die Ladestation",
  decimal: ",",
  page: {
    heading: "Ihre Antwort",
    thanks: "Danke. Das ist notiert.",
    gone: "Dieser Link gilt nicht mehr",
    goneText: "Er wurde schon benutzt, oder er ist zu alt.",
  },
};
