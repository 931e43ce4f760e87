/** The bot's own sentences in French. */
import type { Sentences } from './sentences.js';

export const FR: Sentences = {
  greeting:
    'Bonjour ! Je lis ce fil et j’y réponds : posez-moi vos questions ici même, et continuez sans me nommer. Dans un canal, commencez par mon nom ; en message direct, écrivez simplement.',
  bad_key:
    'Je n’atteins pas mon modèle : sa clé d’API est refusée. La personne qui m’exploite doit vérifier `OPENAI_API_KEY` ; écrivez ensuite ici de nouveau.',
  no_quota:
    'Je ne peux pas répondre : le quota du compte du modèle est épuisé. La personne qui m’exploite doit vérifier la facturation ; écrivez ensuite ici de nouveau.',
  unknown_model:
    'Je ne peux pas répondre : le modèle réglé n’existe pas là-bas. La personne qui m’exploite doit vérifier `OPENAI_MODEL` ; écrivez ensuite ici de nouveau.',
  unknown_api:
    'Je ne peux pas répondre : le serveur réglé ne connaît pas cette API. La personne qui m’exploite doit vérifier `OPENAI_API` et `OPENAI_BASE_URL` ; écrivez ensuite ici de nouveau.',
  content_filter: 'Le filtre de contenu du modèle a arrêté cette réponse. Formulez-la autrement et je réessaierai.',
  context_too_long:
    'Cette conversation est plus longue que ce que mon modèle peut lire. Commencez un nouveau fil, ou demandez avec moins de texte.',
  bad_request:
    'Le service du modèle a refusé ma requête. La personne qui m’exploite trouve la raison dans le journal ; vous pouvez réessayer avec d’autres mots.',
  rate_limited:
    'Le service du modèle limite mes demandes en ce moment. Écrivez de nouveau dans une minute, je garde ce qui a été dit.',
  unavailable:
    'Le service du modèle ne répond pas pour l’instant. Écrivez de nouveau dans une minute, je garde ce qui a été dit.',
  empty: 'Le modèle a donné une réponse vide. Écrivez de nouveau et je réessaierai.',
  answerRefused:
    'J’ai une réponse, mais Slack ne l’accepte pas. Demandez une autre forme, du texte brut par exemple ; la personne qui m’exploite trouve la raison dans le journal.',
  place: 'Je ne peux pas répondre dans {place} : {reason}',
  placeThread: 'le fil où vous avez demandé',
  placeAnswer: 'Voici ma réponse à ce que vous y avez demandé :',
  not_member: 'je n’en suis pas membre. Invitez-moi avec `/invite` et mon nom, ou écrivez-moi ici.',
  archived: 'le canal est archivé. Demandez-moi dans un autre canal, ou écrivez-moi ici.',
  not_allowed: 'je n’ai pas le droit d’y publier. Demandez à un admin de me le permettre, ou écrivez-moi ici.',
  refused:
    'Slack refuse mon message (`{code}`). La personne qui m’exploite en trouve plus dans le journal ; vous pouvez m’écrire ici.',
  unexpected:
    'Quelque chose s’est mal passé de mon côté et je n’ai pas pu répondre. Écrivez de nouveau ; la personne qui m’exploite trouve la raison dans le journal.',
  poisoned:
    'J’ai échoué plusieurs fois sur cette question, je la laisse donc. Demandez autrement ou dans un nouveau fil ; la personne qui m’exploite trouve la raison dans le journal.',
  budget_person: 'Le budget du jour pour mes réponses à vous est épuisé.',
  budget_channel: 'Le budget du jour pour mes réponses ici est épuisé.',
  budget_workspace: 'Le budget du mois pour mes réponses dans cet espace est épuisé.',
  budgetFrom:
    'Je pourrai répondre à partir du {when} : écrivez alors ici, je garde ce qui a été dit. La personne qui m’exploite peut changer `{setting}`.',
  cutOff: 'Ma réponse a atteint sa longueur maximale. Écrivez « continue » pour la suite.',
  filtered: 'Le filtre de contenu du modèle a arrêté la réponse ici.',
  oldestLeftOut:
    'Cette conversation est devenue plus longue que ce que j’en lis : ses messages les plus anciens sont laissés de côté désormais.',
  fileNotRead: 'Je n’ai pas lu {name} : {reason}.',
  fileCut: 'Je n’ai lu qu’une partie de {name} : le fichier est plus long que ce que je peux lire.',
  fileBelow_lines: '{name} se trouve dans le fichier ci-dessous (lignes : {count}).',
  fileBelow_rows: '{name} se trouve dans le fichier ci-dessous (lignes : {count}).',
  file_deleted: 'il a été supprimé',
  file_no_access:
    'Slack ne me laisse pas le lire. La personne qui m’exploite doit donner à l’application le droit `files:read`',
  file_elsewhere: 'il est stocké par un autre service que Slack',
  file_too_large: 'il est plus grand que ce que je peux lire',
  file_unknown_kind: 'je ne peux pas lire les fichiers de ce type',
  file_empty: 'il ne contient rien que je puisse lire',
  file_broken: 'il est endommagé, protégé, ou n’est pas ce que dit son nom',
  file_too_slow: 'le lire prend trop de temps',
  file_no_vision:
    'mon modèle ne voit pas les images. S’il les voit, la personne qui m’exploite peut l’indiquer dans `MODELS_FILE`',
  file_older: 'je ne regarde que les images les plus récentes',
  file_no_transcription:
    'je n’écoute pas les enregistrements. La personne qui me gère peut l’activer avec `OPENAI_TRANSCRIPTION_MODEL`',
  file_not_transcribed: 'le service qui transcrit les enregistrements a échoué. Demandez de nouveau dans une minute',
  file_unavailable: 'Slack ne m’a pas laissé le télécharger cette fois. Demandez de nouveau dans une minute',
  makingPicture: 'L’image {name} est en cours de création…',
  pictureBelow: '{name} se trouve ci-dessous.',
  pictureNotMade: 'Je n’ai pas pu créer {name} : {reason}.',
  picture_refused: 'le service qui crée les images refuse de montrer cela. Décrivez-le autrement',
  picture_busy: 'le service qui crée les images est surchargé ou ne répond pas. Demandez de nouveau dans une minute',
  picture_failed:
    'le service qui crée les images a refusé la demande. La raison est dans mon journal, pour la personne qui me gère',
  picture_no_budget: 'le budget prévu est épuisé',
  picture_no_base: 'je ne trouve pas l’image à modifier. Joignez-la, ou décrivez-en une nouvelle',
  picture_not_posted:
    'Slack ne me laisse pas publier de fichiers ici. La raison est dans mon journal, pour la personne qui me gère ; il manque peut-être à l’app le scope `files:write`',
  picture_too_many: 'je fais au plus {count} images par réponse. Redemandez les autres',
  rate_person:
    'Vous m’avez beaucoup écrit en peu de temps. Je garde tout et je continue dans environ {seconds} secondes.',
  rate_workspace:
    'Tout le monde ensemble demande plus que ce à quoi je peux répondre. Je garde ce que vous avez écrit et je continue dans environ {seconds} secondes.',
  rateStatus: 'garde tous vos messages et répond dans environ {seconds} secondes',
  off: 'Je suis désactivé dans ce canal.',
  guest: 'Je ne réponds pas aux invités ici.',
  external: 'Je ne réponds pas ici aux personnes d’autres entreprises.',
  not_listed: 'Seules certaines personnes peuvent m’utiliser ici, et vous n’en faites pas partie.',
  notAnsweredWhy: '`/skein why` dit qui a réglé cela ; demandez à un admin de cet espace de le changer.',
  near_person: 'Mes réponses à vous ont coûté {spent} sur {budget} aujourd’hui.',
  near_channel: 'Mes réponses ici ont coûté {spent} sur {budget} aujourd’hui.',
  near_workspace: 'Mes réponses dans cet espace ont coûté {spent} sur {budget} ce mois-ci.',
  nearUntil: 'Une fois ce budget épuisé, je réponds de nouveau à partir du {when}.',
  earlierAnswerStands: 'Ma réponse précédente reste, à ce que vous aviez demandé avant.',
  stopped: 'Arrêté ici.',
  stopButton: 'Arrêter',
  againButton: 'Autre réponse',
  againVersion: 'Autre réponse ({number}/{of})',
  continueButton: 'Continuer',
  goodAnswer: 'Bonne réponse',
  badAnswer: 'Mauvaise réponse',
  formTitle: 'Qu’est-ce qui cloche ?',
  formSubmit: 'Envoyer',
  formClose: 'Passer',
  formReason: 'Qu’est-ce qui n’allait pas dans la réponse ?',
  formShare: 'Transmettre la question et la réponse à la personne qui m’exploite',
  formQuestion: 'Question',
  formAnswer: 'Réponse',
  badAnswerIn: 'Quelqu’un n’a pas aimé {answer}.',
  anAnswer: 'une de mes réponses',
  goOn: 'Continue là où tu t’es arrêté.',
  onlyNewest:
    'Cela n’est possible que pour ma dernière réponse ici, une fois que j’ai répondu à tout. Demandez-le-moi plutôt dans le fil.',
};
