package org.mailcaravan.sync.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.imap.ServerRefusal;

/** What becomes of a message follows from what a refused APPEND is about. */
class AppendRefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATIENCE | THROTTLED   | too fast",
        "PATIENCE | OVERQUOTA   | Account exceeded command or bandwidth limits. (Failure)",
        "PATIENCE |             | Too many simultaneous connections",
        "PATIENCE |             | Server shutting down",
        "NO_ROOM  | OVERQUOTA   | Quota exceeded (mailbox for user is full)",
        "NO_ROOM  |             | Over quota",
        "NO_ROOM  |             | Mailbox size limit exceeded",
        "NO_ROOM  |             | The mailbox is full, message rejected",
        "NO_ROOM  |             | No space left on device",
        "FOLDER   | TRYCREATE   | No such mailbox",
        "FOLDER   | NONEXISTENT | too large to be found",
        "FOLDER   | NOPERM      | Permission denied",
        "NO_ROOM  |             | 邮箱容量超过限制",
        "MESSAGE  |             | 邮件容量超过限制",
        "MESSAGE  |             | メッセージの容量が大きすぎます",
        "MESSAGE  |             | Too many users in To",
        "MESSAGE  | NOPERM      | Message rejected by policy",
        "MESSAGE  | TOOBIG      | no",
        "MESSAGE  |             | Message size exceeds fixed maximum message size for your account",
        "MESSAGE  |             | Too many user flags in mailbox",
        "MESSAGE  |             | Message contains NUL characters",
        "MESSAGE  |             | Command Argument Error. 11",
        "MESSAGE  |             | the moon is in the wrong house",
        "TROUBLE  | UNAVAILABLE | not now",
        "TROUBLE  |             | System I/O error",
        "TROUBLE  |             | Please try again later",
        "TROUBLE  |             | User is authenticated but not connected.",
      })
  void whatARefusalIsAboutIsReadFromItsCodeAndWords(
      AppendRefusal expected, String code, String text) {
    assertThat(AppendRefusal.of(new ServerRefusal(false, code == null ? "" : code, text)))
        .isEqualTo(expected);
  }
}
