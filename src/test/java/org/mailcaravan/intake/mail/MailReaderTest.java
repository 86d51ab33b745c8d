package org.mailcaravan.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailReaderTest {
  private static final String FROM = "From: Anna <anna@kunde.example>\r\n";
  private static final MailLimits LIMITS = MailLimits.STANDARD.ofOctets(1 << 20);

  private static final MailReader READER =
      new MailReader(
          LIMITS,
          new SenderCheck(
              Set.of("anna@kunde.example", "@agency.example", "no-reply@desk.example"),
              "mx.new.example",
              Set.of("support@new.example")));

  private static MailReader.Reading read(String headers, String body) {
    return READER.read(
        (headers + "MIME-Version: 1.0\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Auto-Submitted: auto-replied",
        "auto-submitted: Auto-Generated (vacation)",
        "Precedence: BULK",
        "Precedence: auto_reply",
        "List-Id: <news.shop.example>",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: DR, AutoReply",
        "Return-Path: <>",
        "Return-Path:\r\n <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x"
      })
  void whatAProgramSentIsNotAnswered(String header) {
    assertThat(read(FROM + header + "\r\n", "E-mail: a@x.example"))
        .isInstanceOf(MailReader.SentByProgram.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Auto-Submitted: no", "Precedence: first-class", "Return-Path: <a@b.example>"})
  void whatAPersonSentIsRead(String header) {
    assertThat(read(FROM + header + "\r\n", "Hello")).isInstanceOf(MailReader.Read.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // Listed, as an address or with its domain; our server says nothing of it.
        "anna@kunde.example|-|true",
        "ANNA@Kunde.Example|-|true",
        "who@agency.example|-|true",
        "who@other.example|-|false",
        "who@sub.agency.example|-|false",
        // Our server vouches for it.
        "who@other.example|mx.new.example; dmarc=pass header.from=other.example|true",
        "who@other.example|mx.new.example; spf=pass; dmarc=pass (p=none) header.from=other.example|true",
        "who@other.example|mx.new.example 1; dmarc=pass header.from=OTHER.example|true",
        // Or does not.
        "who@other.example|mx.new.example; dmarc=fail header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=pass header.from=another.example|false",
        "who@other.example|mx.new.example; dmarc=none header.from=other.example|false",
        "who@other.example|mx.new.example; spf=pass smtp.mailfrom=other.example|false",
        "anna@kunde.example|mx.new.example; dmarc=none header.from=kunde.example|true",
        "anna@kunde.example|mx.new.example; dmarc=fail header.from=kunde.example|false",
        "who@other.example|mx.new.example; dmarc/1 = pass header.from=\"other.example\"|true",
        "who@other.example|\"mx.new.example\"; dmarc=pass reason=\"a; b\" header.from=other.example|true",
        // An answer to these would reach nobody, or come back.
        "support@new.example|mx.new.example; dmarc=pass header.from=new.example|false",
        "noreply@other.example|mx.new.example; dmarc=pass header.from=other.example|false",
        "no-reply@desk.example|-|true",
        // Anybody can write these.
        "who@other.example|mx.new.example; spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=other.example\"@evil.example|false",
        "who@other.example|mx.new.example; spf=fail reason=\"x; dmarc=pass header.from=other.example\"; dmarc=fail header.from=other.example|false",
        "who@other.example|mx.new.example; spf=fail reason=\"x\\\"; dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example; spf=fail (x\\); dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example; spf=pass dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example; x-dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=pass header.from=evil.example header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=pass x-header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=passed header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=fail header.from=other.example; dmarc=pass header.from=other.example|false",
        "who@other.example|mx.evil.example; dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example.evil.example; dmarc=pass header.from=other.example|false",
        "who@other.example|mx.new.example; dmarc=fail (dmarc=pass) header.from=other.example|false",
        "who@other.example|(mx.new.example; dmarc=pass header.from=other.example)|false",
      })
  void ourServerOrOurListSaysWhoMaySendRequests(String from, String result, boolean may) {
    String header = result == null ? "" : "Authentication-Results: " + result + "\r\n";
    assertThat(read("From: " + from + "\r\n" + header, "Hello"))
        .isInstanceOf(may ? MailReader.Read.class : MailReader.Held.class);
  }

  @Test
  void aSecondResultOfOurNameCameWithTheMailAndIsForged() {
    String fail =
        "Authentication-Results: mx.new.example; dmarc=fail header.from=other.example\r\n";
    String pass =
        "Authentication-Results: mx.new.example; dmarc=pass header.from=other.example\r\n";
    String spf = "Authentication-Results: mx.new.example; spf=pass\r\n";
    String from = "From: who@other.example\r\n";
    assertThat(read(fail + from + pass, "")).isInstanceOf(MailReader.Held.class);
    assertThat(read(pass + from + pass, "")).isInstanceOf(MailReader.Held.class);
    assertThat(read(spf + pass + from, "")).isInstanceOf(MailReader.Read.class);
    String spoiled =
        "Authentication-Results: mx.new.example; spf=fail smtp.mailfrom=a(b@evil.example; dmarc=fail header.from=other.example\r\n";
    assertThat(read(spoiled + from + pass, "")).isInstanceOf(MailReader.Held.class);
    assertThat(read(spoiled + from, "")).isInstanceOf(MailReader.Held.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "From: \r\n",
        "From: anna@kunde.example, evil@other.example\r\n",
        "From: anna@kunde.example\r\nFrom: evil@other.example\r\n",
        "From: undisclosed: ;\r\n",
        "From: anna@kunde.example@evil.example\r\n"
      })
  void aMailWithoutOneSenderWaitsForAPerson(String from) {
    assertThat(read(from, "Hello")).isInstanceOf(MailReader.Held.class);
  }

  @Test
  void theThreadIsKnown() {
    MailReader.Reading reading =
        read(
            FROM
                + "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_!?=\r\nMessage-ID: <c@x>\r\n"
                + "References: <a@x>\r\n =?utf-8?q?=3Cb=40x=3E?=\r\nIn-Reply-To: <b@x> (of Anna)\r\n",
            "Hello");
    assertThat(reading)
        .isInstanceOfSatisfying(
            MailReader.Read.class,
            readable -> {
              Envelope envelope = readable.mail().envelope();
              assertThat(envelope.sender()).isEqualTo("anna@kunde.example");
              assertThat(envelope.subject()).isEqualTo("Grüße !");
              assertThat(envelope.messageId()).isEqualTo("<c@x>");
              assertThat(envelope.references()).containsExactly("<a@x>", "<b@x>");
            });
  }

  /** Each would take much memory or time from whoever reads on. */
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @ParameterizedTest
  @MethodSource
  void aBombIsRefusedOrReadWithinBounds(String name, String headers, String body) {
    MailReader.Reading reading = read(FROM + headers, body);
    assertThat(reading)
        .as(name)
        .isInstanceOfAny(MailReader.Unreadable.class, MailReader.Read.class, MailReader.Held.class);
    if (reading instanceof MailReader.Read readable) {
      assertThat(readable.mail().files().size()).isLessThanOrEqualTo(LIMITS.files());
    }
  }

  static Stream<Arguments> aBombIsRefusedOrReadWithinBounds() {
    String nested =
        IntStream.range(0, 2000)
            .mapToObj(
                i -> "Content-Type: multipart/mixed; boundary=b" + i + "\r\n\r\n--b" + i + "\r\n")
            .collect(Collectors.joining());
    return Stream.of(
        bomb("too large", "", "x".repeat(2 << 20)),
        bomb(
            "parts",
            "Content-Type: multipart/mixed; boundary=x\r\n",
            "--x\r\n\r\n".repeat(100_000)),
        bomb("parts in parts", "Content-Type: multipart/mixed; boundary=y\r\n", "--y\r\n" + nested),
        bomb(
            "mails in mails",
            "Content-Type: message/rfc822\r\n",
            "Content-Type: message/rfc822\r\n\r\n".repeat(20_000)),
        bomb("headers", "X: y\r\n".repeat(100_000), ""),
        bomb("a header", "Subject: " + "x".repeat(1 << 20) + "\r\n", ""),
        bomb(
            "headers of a part",
            "Content-Type: multipart/mixed; boundary=x\r\n",
            "--x\r\n" + "X: y\r\n".repeat(100_000)),
        bomb("parameters", "Content-Type: text/plain" + "; a=b".repeat(10_000) + "\r\n", "hello"),
        bomb("references", "References: " + "<a@b> ".repeat(9_000) + "\r\n", "hello"),
        bomb("elements", "Content-Type: text/html\r\n", "<div><td>".repeat(100_000)),
        bomb("cells", "Content-Type: text/html\r\n", "<table><tr><td><p>".repeat(50_000)),
        bomb("comments", "Authentication-Results: " + "(".repeat(60_000) + "\r\n", "hello"),
        bomb("lines", "", "- - - ".repeat(100_000) + "\r\n" + ">\r\n".repeat(100_000)),
        bomb(
            "a wrong length of base64",
            "Content-Transfer-Encoding: base64\r\n",
            "A".repeat(1_000_001)));
  }

  private static Arguments bomb(String name, String headers, String body) {
    return Arguments.of(name, headers, body);
  }

  @Test
  void aTermAndWhatAListSaysOfItAreOneLine() {
    String list =
        "<dl><dt>E-Mail</dt><dd>a@x.example</dd>\r\n<dt><b>Passwort:</b></dt>\r\n<dd>p-1</dd><dd>more</dd></dl>";
    MailReader.Reading reading = read(FROM + "Content-Type: text/html\r\n", list);
    assertThat(((MailReader.Read) reading).mail().texts().get(0).lines().map(String::strip))
        .contains("E-Mail\ta@x.example", "more")
        .anyMatch(line -> line.matches("Passwort:\\s+p-1"));
  }
}
