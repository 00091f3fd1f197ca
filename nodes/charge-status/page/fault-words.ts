/** Each fault in three short lines: what happened, what it means, what to do. The industry's code is small print beside them. */
import type { FaultWords } from "./vocabulary.ts";

const said = (what: string, means: string, act: string): FaultWords => ({ what, means, act });

export const FAULTS_EN: Readonly<Record<string, FaultWords>> = {
  GroundFault: said(
    "Ground fault.",
    "Current leaked to earth, so power was cut.",
    "If it trips again, have the cable and the car checked.",
  ),
  GroundFaultDc: said("DC leakage.", "The car leaks direct current, so power was cut.", "Have the car checked, then reset."),
  GfciSelfTestFailed: said(
    "Ground-fault test failed.",
    "The protection could not prove that it works, so nothing is switched on.",
    "Test it again; if it fails again, have it repaired.",
  ),
  PilotFault: said("Pilot fault.", "The signal between charger and car cannot be read.", "Unplug, look at plug and cable, plug in again."),
  PilotSupplyFault: said("Pilot supply.", "The charger's own ±12 V are not right.", "Have the charger's board checked, then reset."),
  DiodeFault: said(
    "Car not recognised.",
    "Something answers without a car's diode, so it gets no power.",
    "Unplug, and look for water or damage in the plug.",
  ),
  VentilationNotAvailable: said(
    "Needs ventilation.",
    "This car may only charge where air is moved, and here none is.",
    "Switch the ventilation on, or charge outdoors.",
  ),
  ContactorWelded: said(
    "Contactor welded.",
    "Its contacts do not open any more: the cable may be live.",
    "Switch off the breaker and have the contactor replaced.",
  ),
  ContactorNotClosing: said(
    "Contactor does not close.",
    "It was asked to close and no power came.",
    "It is tried once more; then unplug, and have it checked.",
  ),
  ContactorSenseLost: said(
    "Contacts unseen.",
    "The charger cannot tell whether its contactor is open, so it stays off.",
    "Have the sensing wires checked.",
  ),
  UnexpectedCurrent: said(
    "Stray current.",
    "Current flows though the contactor should be open.",
    "Switch off the breaker, have the charger checked, then reset.",
  ),
  OverCurrent: said(
    "Too much current.",
    "The car drew more than it was offered, so power was cut.",
    "Unplug and plug in again; if it happens again, have the car checked.",
  ),
  OverTemperature: said(
    "Too hot.",
    "The charger or its plug is too warm, so it rests.",
    "Let it cool; feel whether the plug is loose or in the sun.",
  ),
  TemperatureSensorFault: said("Heat sensor silent.", "The charger cannot feel its own warmth.", "Have the sensor checked."),
  ProtectiveEarthLost: said(
    "No ground.",
    "The earth connection is not there, so nothing is switched on.",
    "Have the wiring checked by an electrician.",
  ),
  BrownOut: said("Low supply.", "The charger's own supply sank.", "It goes on when the supply is steady."),
  EmergencyStop: said("Emergency stop.", "Somebody pressed the emergency stop.", "When it is safe, release it, then reset."),
  ProximityFault: said(
    "Plug not recognised.",
    "The cable does not say how much it can carry.",
    "Push the plug home, or use another cable.",
  ),
  MeterSilent: said("Meter silent.", "The meter does not answer, or its reading does not move.", "Have the meter's wiring checked."),
  ControllerLate: said(
    "Computer too busy.",
    "It did not watch the charger in time, so power was cut.",
    "It goes on by itself; if it comes often, give it less to do.",
  ),
  InternalFault: said(
    "Internal fault.",
    "The software met something it does not allow.",
    "Please report it with the event log, then reset.",
  ),
};

export const FAULTS_DE: Readonly<Record<string, FaultWords>> = {
  GroundFault: said(
    "Fehlerstrom.",
    "Strom floss zur Erde ab, darum wurde abgeschaltet.",
    "Löst es wieder aus, Kabel und Auto prüfen lassen.",
  ),
  GroundFaultDc: said(
    "Gleichstrom-Leck.",
    "Das Auto leckt Gleichstrom, darum wurde abgeschaltet.",
    "Das Auto prüfen lassen, dann zurücksetzen.",
  ),
  GfciSelfTestFailed: said(
    "FI-Test misslungen.",
    "Der Schutz konnte nicht zeigen, dass er wirkt; nichts wird eingeschaltet.",
    "Noch einmal prüfen; misslingt es wieder, reparieren lassen.",
  ),
  PilotFault: said(
    "Pilotfehler.",
    "Das Signal zwischen Ladestation und Auto ist nicht zu lesen.",
    "Abstecken, Stecker und Kabel ansehen, wieder anstecken.",
  ),
  PilotSupplyFault: said("Pilotspannung.", "Die ±12 V der Ladestation stimmen nicht.", "Die Platine prüfen lassen, dann zurücksetzen."),
  DiodeFault: said(
    "Auto nicht erkannt.",
    "Etwas antwortet ohne die Diode eines Autos und bekommt darum keinen Strom.",
    "Abstecken und im Stecker nach Wasser oder Schaden sehen.",
  ),
  VentilationNotAvailable: said(
    "Braucht Lüftung.",
    "Dieses Auto darf nur laden, wo Luft bewegt wird; hier nicht.",
    "Die Lüftung einschalten oder draußen laden.",
  ),
  ContactorWelded: said(
    "Schütz verschweißt.",
    "Die Kontakte öffnen nicht mehr: am Kabel kann Spannung sein.",
    "Die Sicherung ausschalten und das Schütz tauschen lassen.",
  ),
  ContactorNotClosing: said(
    "Schütz schließt nicht.",
    "Es sollte schließen, und es kam kein Strom.",
    "Es wird noch einmal versucht; dann ausstecken und prüfen lassen.",
  ),
  ContactorSenseLost: said(
    "Kontakte unsichtbar.",
    "Ob das Schütz offen ist, ist nicht zu erkennen; es bleibt aus.",
    "Die Fühlerleitungen prüfen lassen.",
  ),
  UnexpectedCurrent: said(
    "Fremdstrom.",
    "Es fließt Strom, obwohl das Schütz offen sein sollte.",
    "Die Sicherung ausschalten, prüfen lassen, dann zurücksetzen.",
  ),
  OverCurrent: said(
    "Zu viel Strom.",
    "Das Auto zog mehr als angeboten, darum wurde abgeschaltet.",
    "Abstecken und wieder anstecken; kommt es wieder, das Auto prüfen lassen.",
  ),
  OverTemperature: said(
    "Zu heiß.",
    "Ladestation oder Stecker sind zu warm und ruhen.",
    "Abkühlen lassen; fühlen, ob der Stecker locker ist oder in der Sonne.",
  ),
  TemperatureSensorFault: said("Wärmefühler stumm.", "Die Ladestation fühlt ihre eigene Wärme nicht.", "Den Fühler prüfen lassen."),
  ProtectiveEarthLost: said(
    "Schutzleiter fehlt.",
    "Die Erdung ist nicht da; nichts wird eingeschaltet.",
    "Die Leitung von einer Elektrofachkraft prüfen lassen.",
  ),
  BrownOut: said("Unterspannung.", "Die eigene Versorgung der Ladestation sank.", "Es geht weiter, wenn sie stetig ist."),
  EmergencyStop: said("Not-Halt.", "Jemand hat den Not-Halt gedrückt.", "Wenn es sicher ist, lösen und zurücksetzen."),
  ProximityFault: said(
    "Stecker nicht erkannt.",
    "Das Kabel sagt nicht, wie viel es tragen kann.",
    "Den Stecker ganz hineindrücken oder ein anderes Kabel nehmen.",
  ),
  MeterSilent: said("Zähler stumm.", "Der Zähler antwortet nicht, oder sein Wert steht.", "Die Leitung des Zählers prüfen lassen."),
  ControllerLate: said(
    "Rechner zu beschäftigt.",
    "Er sah nicht rechtzeitig nach der Ladestation, darum wurde abgeschaltet.",
    "Es geht von selbst weiter; kommt es oft, ihn entlasten.",
  ),
  InternalFault: said(
    "Interner Fehler.",
    "Die Software traf auf etwas, das sie nicht zulässt.",
    "Bitte mit dem Ereignislog melden, dann zurücksetzen.",
  ),
};
