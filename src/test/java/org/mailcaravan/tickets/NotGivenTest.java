package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.mail.internet.InternetAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

class NotGivenTest {
  private static Throwable failure(String recipient, int port) throws Exception {
    Smtp smtp =
        new Smtp(
            new Smtp.Account(
                new Server("127.0.0.1", port, Security.NONE),
                "",
                Secret.of(""),
                new InternetAddress("support@new.example"),
                ""),
            SSLContext.getDefault(),
            Duration.ofSeconds(10),
            Clock.systemUTC());
    return catchThrowable(
        () ->
            smtp.send(
                new Letter(
                    recipient, "Re: x", "x", "x", "<1@new.example>", "", List.of(), List.of())));
  }

  /** Speaks SMTP with one client, and gives one command another reply. */
  private static void serve(ServerSocket listening, String command, String reply) {
    try (Socket client = listening.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
      OutputStream out = client.getOutputStream();
      say(out, "220 here");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(command)) {
          say(out, reply);
        } else if (line.equals("DATA")) {
          say(out, "354 go on");
        } else if (line.matches("(EHLO|HELO|MAIL|RCPT|RSET|QUIT|NOOP).*")) {
          say(out, "250 well");
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT,550 no such user,true,our mail server refuses the address: 550 no such user",
    "RCPT,450 greylisted,false,our mail server refuses the address: 450 greylisted",
    "RCPT,530 log in first,false,our mail server refuses the address: 530 log in first",
    "DATA,554 not wanted,true,our mail server does not take the mail: 554 not wanted",
    "DATA,451 later,false,our mail server does not take the mail: 451 later",
    "MAIL,550 not yours,false,'our mail server refuses our address (mail.from, mail.envelope-from): 550 not yours'",
  })
  void whatIsRefusedForGoodIsFinal(String command, String reply, boolean isFinal, String words)
      throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(() -> serve(listening, command, reply));
      NotGiven why = NotGiven.of(failure("anna@old.example", listening.getLocalPort()));
      assertThat(why)
          .isEqualTo(new NotGiven(words, isFinal, words.contains("refuses our address")));
      served.join();
    }
  }

  @Test
  void anAddressThatIsNoneIsFinalAndAServerThatIsGoneIsNot() throws Exception {
    int port;
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = listening.getLocalPort();
    }
    assertThat(NotGiven.of(failure("anna@@old", port)))
        .isEqualTo(new NotGiven("mail cannot go to such an address", true));
    assertThat(NotGiven.of(failure("anna@old.example", port)))
        .isEqualTo(
            new NotGiven("our mail server cannot be reached, or does not answer", false, true));
    assertThat(NotGiven.of(new IllegalStateException("x")).isFinal()).isFalse();
  }
}
