/** The bot's own sentences in German. */
import type { Sentences } from './sentences.js';

export const DE: Sentences = {
  greeting:
    'Hallo! Ich lese diesen Thread und antworte darin: Frag mich, gleich hier, und schreib weiter, ohne mich noch einmal zu nennen. In einem Kanal beginnst du mit meinem Namen, in einer Direktnachricht schreibst du einfach.',
  bad_key:
    'Ich erreiche mein Modell nicht: Der API-Schlüssel wird abgelehnt. Wer mich betreibt, muss `OPENAI_API_KEY` prüfen; schreib dann hier noch einmal.',
  no_quota:
    'Ich kann nicht antworten: Das Kontingent des Modellkontos ist aufgebraucht. Wer mich betreibt, muss die Abrechnung prüfen; schreib dann hier noch einmal.',
  unknown_model:
    'Ich kann nicht antworten: Das eingestellte Modell gibt es dort nicht. Wer mich betreibt, muss `OPENAI_MODEL` prüfen; schreib dann hier noch einmal.',
  unknown_api:
    'Ich kann nicht antworten: Der eingestellte Server kennt diese API nicht. Wer mich betreibt, muss `OPENAI_API` und `OPENAI_BASE_URL` prüfen; schreib dann hier noch einmal.',
  content_filter:
    'Der Inhaltsfilter des Modells hat diese Antwort gestoppt. Formuliere es anders, und ich versuche es noch einmal.',
  context_too_long:
    'Diese Unterhaltung ist länger, als mein Modell lesen kann. Beginn einen neuen Thread, oder frag mit weniger Text.',
  bad_request:
    'Der Dienst des Modells hat meine Anfrage abgelehnt. Wer mich betreibt, findet den Grund im Log; du kannst es mit anderen Worten versuchen.',
  rate_limited:
    'Der Dienst des Modells lässt mich gerade nur selten fragen. Schreib in einer Minute wieder, ich behalte, was gesagt wurde.',
  unavailable:
    'Der Dienst des Modells antwortet gerade nicht. Schreib in einer Minute wieder, ich behalte, was gesagt wurde.',
  empty: 'Das Modell hat eine leere Antwort gegeben. Schreib noch einmal, und ich versuche es wieder.',
  answerRefused:
    'Ich habe eine Antwort, aber Slack nimmt sie nicht an. Bitte um eine andere Form, zum Beispiel reinen Text; wer mich betreibt, findet den Grund im Log.',
  place: 'Ich kann in {place} nicht antworten: {reason}',
  placeThread: 'dem Thread, in dem du gefragt hast',
  placeAnswer: 'Das ist meine Antwort auf deine Frage dort:',
  not_member: 'Ich bin dort nicht Mitglied. Lad mich mit `/invite` und meinem Namen ein, oder schreib mir hier.',
  archived: 'Der Kanal ist archiviert. Frag mich in einem anderen Kanal, oder schreib mir hier.',
  not_allowed: 'Ich darf dort nicht posten. Bitte Admins, es zu erlauben, oder schreib mir hier.',
  refused:
    'Slack lehnt meine Nachricht ab (`{code}`). Wer mich betreibt, findet mehr im Log; du kannst mir hier schreiben.',
  unexpected:
    'Bei mir ist etwas schiefgegangen, und ich konnte nicht antworten. Schreib noch einmal; wer mich betreibt, findet den Grund im Log.',
  poisoned:
    'Ich bin an dieser Frage mehrmals gescheitert und lasse sie darum. Frag mit anderen Worten oder in einem neuen Thread; wer mich betreibt, findet den Grund im Log.',
  budget_person: 'Das Tagesbudget für meine Antworten an dich ist aufgebraucht.',
  budget_channel: 'Das Tagesbudget für meine Antworten hier ist aufgebraucht.',
  budget_workspace: 'Das Monatsbudget für meine Antworten in diesem Workspace ist aufgebraucht.',
  budgetFrom:
    'Ab {when} kann ich wieder antworten: Schreib dann hier, ich behalte, was gesagt wurde. Wer mich betreibt, kann `{setting}` ändern.',
  cutOff: 'Meine Antwort hat ihre Höchstlänge erreicht. Schreib „weiter“ für den Rest.',
  filtered: 'Der Inhaltsfilter des Modells hat die Antwort hier gestoppt.',
  oldestLeftOut:
    'Diese Unterhaltung ist länger geworden, als ich lese: Die ältesten Nachrichten bleiben ab hier außen vor.',
  fileNotRead: 'Ich habe {name} nicht gelesen: {reason}.',
  fileCut: 'Ich habe nur einen Teil von {name} gelesen: Die Datei ist länger, als ich lesen darf.',
  fileBelow_lines: '{name} steht in der Datei darunter (Zeilen: {count}).',
  fileBelow_rows: '{name} steht in der Datei darunter (Zeilen: {count}).',
  file_deleted: 'Die Datei wurde gelöscht',
  file_no_access:
    'Slack lässt mich die Datei nicht lesen. Wer mich betreibt, muss der App den Scope `files:read` geben',
  file_elsewhere: 'Sie liegt bei einem anderen Dienst als Slack',
  file_too_large: 'Sie ist größer, als ich lesen darf',
  file_unknown_kind: 'Dateien dieser Art kann ich nicht lesen',
  file_empty: 'Sie enthält nichts, was ich lesen kann',
  file_broken: 'Sie ist beschädigt, geschützt oder nicht das, was ihr Name sagt',
  file_too_slow: 'Das Lesen dauert zu lange',
  file_no_vision:
    'Mein Modell kann keine Bilder sehen. Kann es das doch, trägt es in `MODELS_FILE` ein, wer mich betreibt',
  file_older: 'Ich sehe mir nur die neuesten Bilder an',
  file_no_transcription:
    'Aufnahmen höre ich nicht an. Wer mich betreibt, kann das mit `OPENAI_TRANSCRIPTION_MODEL` einschalten',
  file_not_transcribed: 'Der Dienst, der Aufnahmen verschriftlicht, ist gescheitert. Frag in einer Minute noch einmal',
  file_unavailable: 'Slack ließ mich sie gerade nicht herunterladen. Frag in einer Minute noch einmal',
  makingPicture: 'Das Bild {name} entsteht …',
  pictureBelow: '{name} steht darunter.',
  pictureNotMade: 'Ich konnte {name} nicht erstellen: {reason}.',
  picture_refused: 'Der Dienst, der Bilder macht, lehnt ab, das zu zeigen. Beschreib es anders',
  picture_busy: 'Der Dienst, der Bilder macht, ist überlastet oder antwortet nicht. Frag in einer Minute noch einmal',
  picture_failed: 'Der Dienst, der Bilder macht, hat die Anfrage abgelehnt. Wer mich betreibt, findet den Grund im Log',
  picture_no_budget: 'Das Budget dafür ist aufgebraucht',
  picture_no_base: 'Ich finde das Bild nicht, das geändert werden soll. Häng es an, oder beschreib ein neues',
  picture_not_posted:
    'Slack lässt mich hier keine Dateien posten. Wer mich betreibt, findet den Grund im Log; vielleicht fehlt der App der Scope `files:write`',
  picture_too_many: 'Ich mache höchstens {count} Bilder in einer Antwort. Frag noch einmal nach den übrigen',
  rate_person:
    'Du hast mir in kurzer Zeit viel geschrieben. Ich behalte alles und antworte in etwa {seconds} Sekunden weiter.',
  rate_workspace:
    'Alle zusammen fragen hier gerade mehr, als ich beantworten darf. Ich behalte, was du geschrieben hast, und antworte in etwa {seconds} Sekunden weiter.',
  rateStatus: 'behält alle deine Nachrichten und antwortet in etwa {seconds} Sekunden',
  off: 'Ich bin in diesem Kanal ausgeschaltet.',
  guest: 'Gästen antworte ich hier nicht.',
  external: 'Leuten aus anderen Firmen antworte ich hier nicht.',
  not_listed: 'Nur bestimmte Leute dürfen mich hier benutzen, und du gehörst nicht dazu.',
  notAnsweredWhy: '`/skein why` sagt, wer das eingestellt hat; bitte Admins dieses Workspace, es zu ändern.',
  near_person: 'Meine Antworten an dich haben heute {spent} von {budget} gekostet.',
  near_channel: 'Meine Antworten hier haben heute {spent} von {budget} gekostet.',
  near_workspace: 'Meine Antworten in diesem Workspace haben diesen Monat {spent} von {budget} gekostet.',
  nearUntil: 'Ist das aufgebraucht, antworte ich wieder ab {when}.',
  earlierAnswerStands: 'Meine frühere Antwort bleibt stehen, auf das, was du vorher gefragt hattest.',
  stopped: 'Hier gestoppt.',
  stopButton: 'Stoppen',
  againButton: 'Noch einmal',
  againVersion: 'Noch einmal ({number}/{of})',
  continueButton: 'Weiter',
  goodAnswer: 'Gute Antwort',
  badAnswer: 'Schlechte Antwort',
  formTitle: 'Was war nicht gut?',
  formSubmit: 'Senden',
  formClose: 'Überspringen',
  formReason: 'Was war an der Antwort schlecht?',
  formShare: 'Frage und Antwort an die weitergeben, die mich betreiben',
  formQuestion: 'Frage',
  formAnswer: 'Antwort',
  badAnswerIn: 'Jemandem hat {answer} von mir nicht gefallen.',
  anAnswer: 'eine Antwort',
  goOn: 'Mach dort weiter, wo du aufgehört hast.',
  onlyNewest:
    'Das geht nur bei meiner neuesten Antwort hier, und erst, wenn ich alles beantwortet habe. Frag mich stattdessen im Thread.',
};
