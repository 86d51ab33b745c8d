package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.sync.ServerWords.Entry;
import org.mailcaravan.sync.ServerWords.Where;

/** The file of what servers say: each entry is found by its examples, and by nothing before it. */
class ServerWordsTest {
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
      })
  void theTimeThatAServerTellsIsFound(String words, String expected) {
    assertThat(ToldWait.in(words).map(Object::toString).orElse(null)).isEqualTo(expected);
  }
}
