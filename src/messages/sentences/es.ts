/** The bot's own sentences in Spanish. */
import type { Sentences } from './sentences.js';

export const ES: Sentences = {
  greeting:
    '¡Hola! Leo este hilo y respondo en él: pregúntame aquí mismo y sigue sin volver a nombrarme. En un canal empieza con mi nombre; en un mensaje directo, simplemente escribe.',
  bad_key:
    'No alcanzo mi modelo: se rechaza su clave de API. Quien me gestiona debe revisar `OPENAI_API_KEY`; después escribe aquí otra vez.',
  no_quota:
    'No puedo responder: la cuota de la cuenta del modelo está agotada. Quien me gestiona debe revisar la facturación; después escribe aquí otra vez.',
  unknown_model:
    'No puedo responder: el modelo configurado no existe allí. Quien me gestiona debe revisar `OPENAI_MODEL`; después escribe aquí otra vez.',
  unknown_api:
    'No puedo responder: el servidor configurado no conoce esta API. Quien me gestiona debe revisar `OPENAI_API` y `OPENAI_BASE_URL`; después escribe aquí otra vez.',
  content_filter:
    'El filtro de contenido del modelo ha detenido esta respuesta. Dilo con otras palabras y lo intento de nuevo.',
  context_too_long:
    'Esta conversación es más larga de lo que mi modelo puede leer. Empieza un hilo nuevo, o pregunta con menos texto.',
  bad_request:
    'El servicio del modelo ha rechazado mi petición. Quien me gestiona encuentra el motivo en el registro; puedes intentarlo con otras palabras.',
  rate_limited:
    'El servicio del modelo limita ahora mis consultas. Escribe de nuevo en un minuto, guardo lo que se ha dicho.',
  unavailable:
    'El servicio del modelo no responde ahora mismo. Escribe de nuevo en un minuto, guardo lo que se ha dicho.',
  empty: 'El modelo ha dado una respuesta vacía. Escribe de nuevo y lo intento otra vez.',
  answerRefused:
    'Tengo una respuesta, pero Slack no la acepta. Pídela en otra forma, por ejemplo texto sin formato; quien me gestiona encuentra el motivo en el registro.',
  place: 'No puedo responder en {place}: {reason}',
  placeThread: 'el hilo donde preguntaste',
  placeAnswer: 'Esta es mi respuesta a lo que preguntaste allí:',
  not_member: 'no soy miembro. Invítame con `/invite` y mi nombre, o escríbeme aquí.',
  archived: 'el canal está archivado. Pregúntame en otro canal, o escríbeme aquí.',
  not_allowed: 'no puedo publicar allí. Pide a un admin que me deje, o escríbeme aquí.',
  refused:
    'Slack rechaza mi mensaje (`{code}`). Quien me gestiona encuentra más en el registro; puedes escribirme aquí.',
  unexpected:
    'Algo ha salido mal por mi parte y no he podido responder. Escribe de nuevo; quien me gestiona encuentra el motivo en el registro.',
  poisoned:
    'He fallado varias veces con esta pregunta, así que la dejo. Pregunta con otras palabras o en un hilo nuevo; quien me gestiona encuentra el motivo en el registro.',
  budget_person: 'El presupuesto del día para mis respuestas a ti está agotado.',
  budget_channel: 'El presupuesto del día para mis respuestas aquí está agotado.',
  budget_workspace: 'El presupuesto del mes para mis respuestas en este espacio está agotado.',
  budgetFrom:
    'Puedo responder de nuevo desde el {when}: escribe aquí entonces, guardo lo que se ha dicho. Quien me gestiona puede cambiar `{setting}`.',
  cutOff: 'Mi respuesta ha llegado a su longitud máxima. Escribe «sigue» para el resto.',
  filtered: 'El filtro de contenido del modelo ha detenido la respuesta aquí.',
  oldestLeftOut:
    'Esta conversación es ya más larga de lo que leo de ella: sus mensajes más antiguos quedan fuera desde aquí.',
  fileNotRead: 'No he leído {name}: {reason}.',
  fileCut: 'Solo he leído una parte de {name}: es más largo de lo que puedo leer.',
  fileBelow_lines: '{name} está en el archivo de abajo (líneas: {count}).',
  fileBelow_rows: '{name} está en el archivo de abajo (filas: {count}).',
  file_deleted: 'se ha eliminado',
  file_no_access: 'Slack no me deja leerlo. Quien me gestiona debe dar a la app el permiso `files:read`',
  file_elsewhere: 'está guardado en otro servicio, no en Slack',
  file_too_large: 'es más grande de lo que puedo leer',
  file_unknown_kind: 'no puedo leer archivos de este tipo',
  file_empty: 'no contiene nada que pueda leer',
  file_broken: 'está dañado, protegido o no es lo que dice su nombre',
  file_too_slow: 'leerlo lleva demasiado tiempo',
  file_no_vision: 'mi modelo no puede ver imágenes. Si puede, quien me gestiona lo indica en `MODELS_FILE`',
  file_older: 'solo miro las imágenes más recientes',
  file_no_transcription: 'no escucho grabaciones. Quien me gestiona puede activarlo con `OPENAI_TRANSCRIPTION_MODEL`',
  file_not_transcribed: 'ha fallado el servicio que transcribe grabaciones. Pregunta de nuevo en un minuto',
  file_unavailable: 'Slack no me ha dejado descargarlo ahora. Pregunta de nuevo en un minuto',
  makingPicture: 'Creando la imagen {name}…',
  pictureBelow: '{name} está abajo.',
  pictureNotMade: 'No he podido crear {name}: {reason}.',
  picture_refused: 'el servicio que crea imágenes se niega a mostrar esto. Descríbelo de otra forma',
  picture_busy: 'el servicio que crea imágenes está saturado o no responde. Pregunta de nuevo en un minuto',
  picture_failed:
    'el servicio que crea imágenes ha rechazado la petición. El motivo está en mi registro, para quien me gestiona',
  picture_no_budget: 'el presupuesto para ello se ha agotado',
  picture_no_base: 'no encuentro la imagen que hay que cambiar. Adjúntala o describe una nueva',
  picture_not_posted:
    'Slack no me deja publicar archivos aquí. El motivo está en mi registro, para quien me gestiona; quizá a la app le falte el permiso `files:write`',
  picture_too_many: 'hago como máximo {count} imágenes en una respuesta. Pide de nuevo las demás',
  rate_person: 'Me has escrito mucho en poco tiempo. Lo guardo todo y sigo respondiendo en unos {seconds} segundos.',
  rate_workspace:
    'Entre todos se pregunta ahora más de lo que puedo responder. Guardo lo que has escrito y sigo en unos {seconds} segundos.',
  rateStatus: 'guarda todos tus mensajes y responde en unos {seconds} segundos',
  off: 'Estoy desactivado en este canal.',
  guest: 'Aquí no respondo a invitados.',
  external: 'Aquí no respondo a personas de otras empresas.',
  not_listed: 'Aquí solo algunas personas pueden usarme, y tú no estás entre ellas.',
  notAnsweredWhy: '`/skein why` dice quién lo ha puesto así; pide a un admin de este espacio que lo cambie.',
  near_person: 'Mis respuestas a ti han costado {spent} de {budget} hoy.',
  near_channel: 'Mis respuestas aquí han costado {spent} de {budget} hoy.',
  near_workspace: 'Mis respuestas en este espacio han costado {spent} de {budget} este mes.',
  nearUntil: 'Cuando se agote, respondo de nuevo desde el {when}.',
  earlierAnswerStands: 'Mi respuesta anterior se queda, a lo que habías preguntado antes.',
  stopped: 'Detenido aquí.',
  stopButton: 'Detener',
  againButton: 'Otra vez',
  againVersion: 'Otra vez ({number}/{of})',
  continueButton: 'Continuar',
  goodAnswer: 'Buena respuesta',
  badAnswer: 'Mala respuesta',
  formTitle: '¿Qué ha ido mal?',
  formSubmit: 'Enviar',
  formClose: 'Omitir',
  formReason: '¿Qué tenía de malo la respuesta?',
  formShare: 'Mostrar la pregunta y la respuesta a quien me gestiona',
  formQuestion: 'Pregunta',
  formAnswer: 'Respuesta',
  badAnswerIn: 'A alguien no le ha gustado {answer}.',
  anAnswer: 'una respuesta mía',
  goOn: 'Sigue desde donde te quedaste.',
  onlyNewest: 'Solo puedo hacerlo con mi última respuesta aquí, cuando haya contestado a todo. Pídemelo en el hilo.',
};
