package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.store.AnswerThreads;

/** Whose a password is that somebody writes in an answer to our answer. */
class OrderTextTest {
  private static final MailLabels LABELS =
      MailLabels.read(Path.of("config/mail-labels.properties"));

  @ParameterizedTest
  @CsvSource({
    "Cancel//Thanks/Anna,true",
    "Stornieren,true",
    "Cancel?,false",
    "Cancel//Can I still do that?,false",
    "Thanks/Cancel,false",
  })
  void onlyWhoeverDoesNotAskCancels(String text, boolean cancels) {
    assertThat(
            OrderText.read(
                    text.replace("/", "\n"),
                    LABELS,
                    new AnswerThreads.Known("m", Instant.EPOCH, List.of(), null))
                .cancels())
        .isEqualTo(cancels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // "/" ends a line.
        "Password: p1|=p1",
        "E-mail: a@x.example/Password: p1/E-mail: b@x.example/Password: p2|a@x.example=p1 b@x.example=p2",
        "Password: p1/E-mail: a@x.example//Password: p2/E-mail: b@x.example|a@x.example=p1 b@x.example=p2",
        "Password: p1/New password: n1/E-mail: a@x.example|a@x.example=p1 a@x.example=n1",
        // Nothing says whose the second one is.
        "Password: p1/E-mail: a@x.example/Password: p2|a@x.example=p1 =p2",
        "E-mail: a@x.example/Password: p1/Password: p2|a@x.example=p1 a@x.example=p2",
      })
  void aPasswordBelongsToTheAddressBesideIt(String text, String expected) {
    Order order =
        OrderText.read(
            text.replace("/", "\n"),
            LABELS,
            new AnswerThreads.Known("m", Instant.EPOCH, List.of(), null));

    assertThat(
            order.passwords().stream()
                .map(each -> each.address() + "=" + each.password().reveal())
                .collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }
}
