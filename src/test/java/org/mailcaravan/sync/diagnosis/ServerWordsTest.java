package org.mailcaravan.sync.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.sync.diagnosis.ServerWords.Entry;
import org.mailcaravan.sync.diagnosis.ServerWords.Where;

/** The file of what servers say: each entry is found by its examples, and by nothing before it. */
class ServerWordsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T03:00:00Z");

  /** An answer without its NO, BAD or BYE. */
  private static String words(String answer) {
    return answer.replaceFirst("^(NO|BAD|BYE) ", "");
  }

  static Stream<Entry> entries() {
    return ServerWords.entries().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void anEntryIsFoundByEachOfItsExamplesAndNoOtherStandsBeforeIt(Entry entry) {
    assertThat(entry.examples()).isNotEmpty();
    assertThat(entry.examples())
        .allSatisfy(
            example -> {
              assertThat(example).matches("(NO|BAD|BYE) .+");
              Where where = entry.where() == Where.ANY ? Where.LOGIN : entry.where();
              assertThat(ServerWords.find(where, words(example))).as(example).contains(entry);
              if (entry.where() == Where.ANY) {
                assertThat(ServerWords.find(Where.COMMAND, words(example)))
                    .as(example)
                    .contains(entry);
              }
            });
  }

  @Test
  void everyEntryNamesItsServersAndItsSourceAndThereAreManyExamples() {
    assertThat(ServerWords.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.servers()).isNotBlank();
              assertThat(entry.source()).isNotBlank();
              assertThat(entry.words().pattern()).isNotBlank();
            });
    List<String> examples =
        ServerWords.entries().stream().flatMap(entry -> entry.examples().stream()).toList();
    assertThat(examples).hasSizeGreaterThan(150);
  }

  @Test
  void everyKindOfRefusedLoginIsKnown() {
    assertThat(ServerWords.entries().stream().map(entry -> entry.meaning().code()))
        .contains(
            ProblemCode.WRONG_PASSWORD,
            ProblemCode.APP_PASSWORD_NEEDED,
            ProblemCode.IMAP_DISABLED,
            ProblemCode.WEB_LOGIN_NEEDED,
            ProblemCode.TOO_MANY_LOGINS,
            ProblemCode.ACCOUNT_SUSPENDED,
            ProblemCode.PASSWORD_EXPIRED,
            ProblemCode.TLS_NEEDED,
            ProblemCode.ADDRESS_BLOCKED,
            ProblemCode.TOKEN_REFUSED,
            ProblemCode.NO_MAILBOX,
            ProblemCode.NO_LOGIN_METHOD,
            ProblemCode.SERVER_DOWN,
            ProblemCode.THROTTLED);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void aNextStepNamesAProviderOnlyAtItsServers(Entry entry) {
    assertThat(String.valueOf(entry.meaning().at("imap.old.example:993").nextStep()))
        .doesNotContainPattern(
            "Gmail|Google|Yandex|Yahoo|Zoho|mail\\.ru|Telekom|GMX|WEB\\.DE|Outlook|Microsoft");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imap.gmail.com:993        | Account exceeded bandwidth limits         | Gmail lifts its limit",
        "IMAP.Gmail.com:993        | Account exceeded bandwidth limits         | Gmail lifts its limit",
        "imap.old.example:993      | Bandwidth limit exceeded for this account | The old provider lifts its limit",
        "gmail.com.old.example:993 | Account exceeded bandwidth limits         | The old provider lifts its limit",
        "imap.old.example:993      | Please log in via your web browser        | log in to the webmail",
        "imap.gmail.com:993        | Please log in via your web browser        | open Gmail",
        "imap.mail.ru:993          | Application password is REQUIRED          | mail.ru: Account",
        "imap.old.example:993      | Application password is REQUIRED          | the security settings",
        "imap.zoho.eu:993          | You are yet to enable IMAP                | Zoho Mail: Settings",
        "imap.gmx.net:993          | IMAP is disabled                          | GMX and WEB.DE: Settings",
        "imap.old.example:993      | IMAP is disabled                          | the settings of the webmail",
      })
  void theNextStepIsThatOfTheProviderWhoseServerItIs(String host, String words, String step) {
    assertThat(ServerWords.find(Where.LOGIN, words))
        .hasValueSatisfying(
            entry ->
                assertThat(String.valueOf(entry.meaning().at(host).nextStep())).contains(step));
  }

  /** What must not be taken for a plea for patience, or for a wrong password. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COMMAND | Too many user flags in mailbox",
        "COMMAND | [LIMIT] Too many keywords",
        "COMMAND | Too many arguments",
        "COMMAND | Too many invalid IMAP commands.",
        "COMMAND | Too many errors, closing",
        "COMMAND | Command Argument Error. 11",
        "COMMAND | Message contains NUL characters",
        "COMMAND | Cannot create this folder.",
        "COMMAND | Mailbox does not exist",
        "COMMAND | [TRYCREATE] No such mailbox",
        "COMMAND | Invalid mailbox name",
        "COMMAND | Message 7 of this mailbox was deleted",
        "COMMAND | [EXPUNGEISSUED] mailbox entry removed",
        "COMMAND | user data expired",
        "COMMAND | inactive message",
        "COMMAND | Message body is down for maintenance",
        "COMMAND | Message is locked since 3 days",
        "COMMAND | attachment blocked by policy",
        "COMMAND | the folder was moved to a new location",
        "COMMAND | command line limit of this server",
        "LOGIN | the user interface is not here",
        "LOGIN | see our plans for next year",
        "LOGIN | Ommm",
        "LOGIN | Policy rejection 42",
        "LOGIN | Please upgrade your client",
        "LOGIN | [ALERT] See https://old.example/help",
      })
  void wordsThatSayNothingWeKnowFindNothing(Where where, String words) {
    assertThat(ServerWords.find(where, words)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Request is throttled. Suggested Backoff Time: 299961 milliseconds | PT4M59.961S",
        "Suggested Backoff Time: 5000 ms                                   | PT5S",
        "Too many failed logins. Try again in 15 minutes.                  | PT15M",
        "Please wait 60 seconds before you try again                       | PT1M",
        "wait 1 hour and 30 minutes                                        | PT1H30M",
        "try again in an hour                                              | PT1H",
        "Your account is locked for 24 hours                               | PT24H",
        "Retry-After: 120                                                  | PT2M",
        "[UNAVAILABLE] retry after 90 s                                    | PT1M30S",
        "Account temporarily blocked for 2h                                | PT2H",
        "Bitte versuchen Sie es in 10 Minuten erneut                       | PT10M",
        "Try again in 999999999 days                                       | PT24H",
        "Try again later                                                   |",
        "Autologout after 30 minutes                                       |",
        "Connection closed. 14                                             |",
        "Server Unavailable. 15                                            |",
        "Account exceeded 2500 MB per 24 hours                             |",
        "Please try your request again after 5 minutes                     | PT5M",
        "Reconnect in 30 seconds                                           | PT30S",
        "IP 192.0.2.7 is blocked for the next 2 hours                      | PT2H",
        "Too many requests, no more for another 90 seconds                 | PT1M30S",
        "Bitte warten Sie 20 Sekunden                                      | PT20S",
        "Message is locked since 3 days                                    |",
        "Timeout while waiting for lock (180 secs)                         |",
        "Lock wait 30 seconds exceeded                                     |",
        "attachment blocked: policy 14 days                                |",
        "message blocked for 14 days                                       |",
        "entry expired 2 days ago                                          |",
        "calendar item of an urban county, 4 hours                         |",
        "retried for 3 minutes, message body not found                     |",
        "bandwidth of 3 seconds                                            |",
        "Message older than 30 days was archived, try the archive          |",
        "retry limit reached, last try 2 days ago                          |",
        "Too many requests, try again in 2 hours                           | PT2H",
        "Bandwidth limit reached, resets in 1h30m                          | PT1H30M",
        "come back in half an hour                                         | PT30M",
        "Your block expires in 90min                                       | PT1H30M",
        "The limit will be lifted in 20 minutes                            | PT20M",
        "Throttled until 05:00 UTC                                         | PT2H",
        "[LIMIT] locked until 5:00 GMT, sorry                              | PT2H",
        "Try again at 5 am UTC                                             | PT2H",
        "Quota resets at 17:30 GMT                                         | PT14H30M",
        "try again after 5:30 PM UTC                                       | PT14H30M",
        "Try again after 04:30 CET                                         | PT30M",
        "please retry after 22:30 EST                                      | PT30M",
        "available again at 06:00+02:00                                    | PT1H",
        "Try again after 2026-11-28T05:00:00Z                              | PT2H",
        "Account locked until 2026-11-28T06:15:00+01:00                    | PT2H15M",
        "blocked until 2026-11-28 05:00:00 UTC                             | PT2H",
        "blocked until 2026-11-28 05:00                                    | PT2H",
        "Retry-After: Sat, 28 Nov 2026 05:00:00 GMT                        | PT2H",
        "Retry-After: 1795842000                                           | PT2H",
        "retry after Sat, 28 Nov 2026 05:00:00 +0000                       | PT2H",
        "Not before 28-Nov-2026 05:00:00 +0100                             | PT1H",
        "access resumes on Nov 28, 2026 at 4:00 pm UTC                     | PT13H",
        "Daily limit reached, come back tomorrow                           | PT24H",
        "Limit reached, wait until midnight                                | PT24H",
        "Bitte versuchen Sie es morgen erneut                              | PT24H",
        "Gesperrt bis 05:00 MEZ                                            | PT1H",
        "Throttled until 02:55 UTC                                         |",
        "Throttled until 02:30 UTC                                         | PT23H30M",
        "locked until 2026-11-28T02:00:00Z                                 |",
        "locked until 2026-12-24T05:00:00Z                                 |",
        "locked until 2026-13-77T05:00:00Z                                 |",
        "Throttled until 05:00                                             | PT2H",
        "Throttled until 29:99 UTC                                         |",
        "certificate valid until 2026-11-28T05:00:00Z                      |",
        "Wait 90s                                                          | PT1M30S",
        "retry after 3600                                                  | PT1H",
        "Retry-After: 5                                                    | PT5S",
        "blocked until 2026-11-28 22:00 UTC                                | PT19H",
        "try again after 14:30                                             | PT11H30M",
        "Suggested Backoff Time: 299999 milliseconds                       | PT4M59.999S",
        "Suggested Backoff Time: 0 milliseconds                            |",
        "Suggested Backoff Time: -5000 milliseconds                        |",
        "Suggested Backoff Time: 999999999999 milliseconds                 | PT24H",
        "Suggested Backoff Time: 99999999999999999999 milliseconds         |",
        "retry after -3600                                                 |",
        "try again in 0 minutes                                            |",
        "try again in NaN minutes                                          |",
        "try again in 99999 hours                                          | PT24H",
        "Bitte in 5 Minuten erneut versuchen                               | PT5M",
        "in 5 Minuten erneut                                               | PT5M",
        "Versuchen Sie es in einer halben Stunde erneut                    | PT30M",
        "Ihr Konto ist für 30 Minuten gesperrt                             | PT30M",
        "Das Konto wurde für eine Stunde gesperrt                          | PT1H",
        "Bitte warten Sie noch 2 Stunden                                   | PT2H",
        "Gesperrt bis 2026-11-28 05:00 UTC                                 | PT2H",
        "réessayez dans 10 minutes                                         | PT10M",
        "Veuillez réessayer dans une heure                                 | PT1H",
        "Compte bloqué pendant 24 heures                                   | PT24H",
        "Compte bloqué depuis 3 jours                                      |",
        "Veuillez patienter 30 secondes                                    | PT30S",
        "Account bloccato per 15 minuti                                    | PT15M",
        "Riprovare tra 2 ore                                               | PT2H",
        "Inténtelo de nuevo en 20 minutos                                  | PT20M",
        "Espere 45 segundos                                                | PT45S",
        "Tente novamente em 1 hora                                         | PT1H",
        "Aguarde 10 minutos                                                | PT10M",
        "Probeer het over 5 minuten opnieuw                                | PT5M",
        "Spróbuj ponownie za 15 minut                                      | PT15M",
        "Попробуйте через 15 минут                                         | PT15M",
        "Слишком много попыток за 15 минут                                 | PT15M",
        "Аккаунт заблокирован на 1 час                                     | PT1H",
        "请在10分钟后重试                                                      | PT10M",
        "账号已锁定30分钟                                                      | PT30M",
        "5分後にもう一度お試しください                                             | PT5M",
        "10분 후에 다시 시도하세요                                               | PT10M",
        "Réessayez demain                                                  | PT24H",
        "Vor 5 Minuten wurde das Postfach gelöscht                         |",
        "Nachricht ist 30 Tage alt                                         |",
        "tentative attendee of 3 days                                      |",
        "desperately 5 minutes slow                                        |",
        "Le message de 3 jours                                             |",
        "message dated 28 Nov 2026 05:00:00 +0000 cannot be read           |",
        "Temporary failure [2026-11-28 05:00:00]                           |",
        "[imap1:2026-11-28 10:00:00] Temporary authentication failure.     |",
        "Too many failed logins, try again in 1 hour and 15 minutes         | PT1H15M",
        "Account is blocked for 1h                                          | PT1H",
        "Blocked for an hour                                                | PT1H",
        "You have been banned for 24 hours due to abuse                     | PT24H",
        "Your IP was temporarily banned for 600 seconds                     | PT10M",
        "Temporarily banned for 5 min                                       | PT5M",
        "Auth disabled for 10 minutes                                       | PT10M",
        "Access suspended for the next 30 minutes                           | PT30M",
        "Login blocked for half an hour                                     | PT30M",
        "A ban of 30 minutes is in force                                    | PT30M",
        "You are banned. Time left: 12 minutes                              | PT12M",
        "Remaining lockout: 12 minutes                                      | PT12M",
        "banned, 12 minutes remaining                                       | PT12M",
        "10 minutes left until unlock                                       | PT10M",
        "locked (retry in 10m)                                              | PT10M",
        "Too many failures: wait 1 h                                        | PT1H",
        "Please wait another 2 min.                                         | PT2M",
        "Try after 30 minutes                                               | PT30M",
        "Try again after 18:00 today                                        | PT15H",
        "Please try again at 18:00h                                         | PT15H",
        "Please come back after 6pm                                         | PT15H",
        "Please come back at 6:00PM EST                                     | PT20H",
        "Service will be back at 18:00 CET                                  | PT14H",
        "Service is down until 18:00 local time                             | PT15H",
        "Closed till 5:30                                                   | PT2H30M",
        "Down for maintenance from 01:00 until 05:00                        | PT2H",
        "Downtime 01:00 - 05:00, try later                                  |",
        "Available again tomorrow at 01:00                                  | PT22H",
        "Bitte erst nach 18:30 Uhr wieder anmelden                          | PT15H30M",
        "Bitte ab 18:30 wieder versuchen                                    | PT15H30M",
        "Wieder erreichbar um 18:00 Uhr                                     | PT15H",
        "Bitte morgen um 01:00 Uhr erneut versuchen                         | PT22H",
        "Sperre bis 18:30 Uhr                                               | PT15H30M",
        "Sie sind noch 12 Minuten gesperrt                                  | PT12M",
        "Noch 12 Minuten gesperrt                                           | PT12M",
        "Anmeldung erst in 12 Minuten wieder möglich                        | PT12M",
        "Nächster Versuch in 12 Minuten                                     | PT12M",
        "Gesperrt seit 30 Minuten                                           |",
        "Seit 30 Minuten gesperrt                                           |",
        "Revenez à 18h00                                                    | PT15H",
        "Revenez après 18 h 30                                              | PT15H30M",
        "Service disponible à partir de 18h                                 | PT15H",
        "Veuillez attendre 20 minutes                                       | PT20M",
        "Vous êtes banni pour 30 minutes                                    | PT30M",
        "Compte verrouillé, réessayez dans trente minutes                   | PT30M",
        "Tornate alle 18:30                                                 | PT15H30M",
        "Servizio disponibile dalle 18:30                                   | PT15H30M",
        "Attendere 20 minuti                                                | PT20M",
        "Riprova fra dieci minuti                                           | PT10M",
        "Vuelva a las 18:30                                                 | PT15H30M",
        "Vuelva a intentarlo en una hora                                    | PT1H",
        "Espere veinte minutos                                              | PT20M",
        "Volte às 18h30                                                     | PT15H30M",
        "Tente outra vez dentro de 20 minutos                               | PT20M",
        "Kom terug om 18:30 uur                                             | PT15H30M",
        "Wacht 20 minuten                                                   | PT20M",
        "Wróć o 18:30                                                       | PT15H30M",
        "Odczekaj 20 minut                                                  | PT20M",
        "Spróbuj za pół godziny                                             | PT30M",
        "Account created at 18:30                                           |",
        "Quota reached at 18:30                                             |",
        "Your last login was at 18:30 UTC                                   |",
        "Session started 18:30, idle                                        |",
        "Sunday 18:30 backup                                                |",
        "error code 18:30                                                   |",
        "ratio 1:30 to 2:45                                                 |",
        "Too many bad auth attempts; banned for 30 minutes                  | PT30M",
        "Banned for 30 minutes                                              | PT30M",
        "Too many attempts. Blocked for 1 hour.                             | PT1H",
        "[ALERT] Locked out for 15 minutes                                  | PT15M",
        "You are now banned for 2 hours                                     | PT2H",
        "You've been blocked for 10 min                                     | PT10M",
        "Brute force detected: blocking for 20 minutes                      | PT20M",
        "All logins are refused for 45 minutes                              | PT45M",
        "No logins accepted for 30 minutes                                  | PT30M",
        "No more attempts for 15 minutes, please                            | PT15M",
        "Login denied for the next 5 minutes                                | PT5M",
        "Too many failures, 30-minute ban                                   | PT30M",
        "Too many failures (15 minute lockout)                              | PT15M",
        "Lockout duration: 15 minutes                                       | PT15M",
        "Ban time 600 seconds                                               | PT10M",
        "The ban lasts 30 minutes                                           | PT30M",
        "Ban lifts in 30 minutes                                            | PT30M",
        "Too many attempts, banned (30 minutes)                             | PT30M",
        "banned for thirty minutes                                          | PT30M",
        "try again in fifteen minutes                                       | PT15M",
        "Wait at least five minutes                                         | PT5M",
        "wait 1.5 hours                                                     | PT1H30M",
        "Server is under maintenance, please come back at 18:00             | PT15H",
        "Maintenance, back at 05:00                                         | PT2H",
        "We are back at 5 pm                                                | PT14H",
        "try again at 6 p.m.                                                | PT15H",
        "Come back after 5:30 (UTC)                                         | PT2H30M",
        "Service resumes at 05:00 o'clock                                   | PT2H",
        "available from 18:00 on                                            | PT15H",
        "banned till 05:30                                                  | PT2H30M",
        "Too many logins, not before 05:00                                  | PT2H",
        "come back tomorrow at 01:00                                        | PT22H",
        "Bitte nach 18:30 Uhr wieder versuchen                              | PT15H30M",
        "Zu viele Anmeldungen, bitte nach 18.30 Uhr wieder versuchen        | PT15H30M",
        "Wartung bis 5 Uhr                                                  | PT2H",
        "Versuchen Sie es ab 05:30 Uhr erneut                               | PT2H30M",
        "Bitte um 18:00 Uhr erneut versuchen                                | PT15H",
        "Gesperrt für dreißig Minuten                                       | PT30M",
        "Gesperrt: 30 Minuten                                               | PT30M",
        "Sie sind für 30 Minuten gesperrt                                   | PT30M",
        "Anmeldung für 10 Minuten gesperrt                                  | PT10M",
        "Sperre endet in 20 Minuten                                         | PT20M",
        "Sperrdauer: 15 Minuten                                             | PT15M",
        "Wieder möglich ab 18 Uhr                                           | PT15H",
        "Réessayez après 18h30                                              | PT15H30M",
        "Maintenance jusqu'à 18 h                                           | PT15H",
        "Réessayez à partir de 18:00                                        | PT15H",
        "Accès bloqué pendant une demi-heure                                | PT30M",
        "Banni pendant 30 minutes                                           | PT30M",
        "Bloqué 30 minutes                                                  | PT30M",
        "Riprovare dopo le 18:30                                            | PT15H30M",
        "Riprovare dopo le ore 18.30                                        | PT15H30M",
        "Bloccato per mezz'ora                                              | PT30M",
        "Inténtelo después de las 18:30                                     | PT15H30M",
        "Vuelva a intentarlo a partir de las 18:00                          | PT15H",
        "Bloqueado durante 30 minutos                                       | PT30M",
        "Tente novamente após as 18:30                                      | PT15H30M",
        "Tente novamente depois das 18h                                     | PT15H",
        "Bloqueado por 30 minutos                                           | PT30M",
        "Probeer het opnieuw na 18:30 uur                                   | PT15H30M",
        "Probeer het vanaf 18.00 uur opnieuw                                | PT15H",
        "Geblokkeerd voor 30 minuten                                        | PT30M",
        "30 minuten geblokkeerd                                             | PT30M",
        "Spróbuj ponownie po 18:30                                          | PT15H30M",
        "Spróbuj po godz. 18:30                                             | PT15H30M",
        "Zablokowano na 30 minut                                            | PT30M",
        "Blokada potrwa 30 minut                                            | PT30M",
        "Попробуйте после 18:30                                             | PT15H30M",
        "message has been blocked for 14 days                               |",
        "attachment blocked; kept for 14 days                               |",
        "Message was banned 3 days ago                                      |",
        "Mailbox was idle for 30 minutes                                    |",
        "Connection closed after 30 minutes                                 |",
        "Logins within 5 minutes: 12                                        |",
        "Autologout at 18:30                                                |",
        "Error at 10:22:31 in module 7                                      |",
        "failed since 18:00                                                 |",
        "Login failed at 18:30                                              |",
        "Last login at 05:00 from 203.0.113.9                               |",
        "Blocked since 05:00                                                |",
        "Blocked at 05:00                                                   |",
        "Nachricht von 18:30 Uhr nicht lesbar                               |",
        "Message du 28/11 à 18h30 illisible                                 |",
        "Folder 18:30 is locked                                             |",
        "read 3 of 12:30                                                    |",
        "30 minutes of inactivity                                           |",
        "Throttled due to heavy use for the next 10 minutes                 | PT10M",
        "No logins due to abuse for 30 minutes                              | PT30M",
        "Try again in twenty-four hours                                     | PT24H",
        "Réessayez dans vingt-quatre heures                                 | PT24H",
        "Try again after 12h                                                | PT12H",
        "Too many logins, retry after 2 h                                   | PT2H",
        "Bitte nach 2h erneut versuchen                                     | PT2H",
        "Probeer het na 2 uur opnieuw                                       | PT2H",
        "Spróbuj po 12h                                                     | PT12H",
        "Riprova dopo 2h                                                    | PT2H",
        "Riprova dopo le 18h                                                | PT15H",
        "Tag 24h service, see our help                                      |",
        "support is open 24 hours                                           |",
        "Call us from 08:00 to 17:00                                        |",
      })
  void theTimeThatAServerTellsIsFound(String words, String expected) {
    assertThat(ToldWait.in(words, NOW).map(Object::toString).orElse(null)).isEqualTo(expected);
  }
}
