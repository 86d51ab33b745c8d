package org.mailcaravan.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Mails that programs send get no answer, whatever stands in them. */
class AutomaticMailsTest {
  private static final int MAILS = 10_000;
  private static final int MOST_FILLING = 2_000;

  private final MailReader reader =
      new MailReader(
          MailLimits.STANDARD, new SenderCheck(Set.of("anna@kunde.example"), "", Set.of()));

  private MailReader.Reading read(String headers, String filling) {
    String mail =
        "From: anna@kunde.example\r\n"
            + headers
            + "\r\n\r\nE-mail: anna@old.example\r\nPassword: secret\r\nServer: imap.old.example\r\n"
            + filling;
    return reader.read(mail.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tenThousandOfAllKindsAreToldApart() {
    Random random = new Random(17);
    for (int i = 0; i < MAILS; i++) {
      String sign = AutomaticHeaders.ALL.get(i % AutomaticHeaders.ALL.size());
      String before = random.nextBoolean() ? "X-Number: " + i + "\r\n" : "";
      String filling = "x".repeat(random.nextInt(MOST_FILLING));
      assertThat(read(before + sign, filling))
          .as(sign)
          .isInstanceOf(MailReader.SentByProgram.class);
    }
  }

  @Test
  void thoseOfPeopleAreNot() {
    assertThat(read("Auto-Submitted: no", "")).isInstanceOf(MailReader.Read.class);
    assertThat(read("Auto-Submitted: No (a person)", "")).isInstanceOf(MailReader.Read.class);
    assertThat(read("Subject: Re: Out of office: how?", "")).isInstanceOf(MailReader.Read.class);
    assertThat(read("Precedence: normal", "")).isInstanceOf(MailReader.Read.class);
    assertThat(read("Return-Path: <anna@kunde.example>", "")).isInstanceOf(MailReader.Read.class);
  }
}
