package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** A conversation without a server: what it sends is dropped, and nobody reads for it. */
final class RecordedConversation {
  private RecordedConversation() {}

  static Conversation of(InputStream answers, Capabilities capabilities) throws IOException {
    Socket socket =
        new Socket() {
          @Override
          public InputStream getInputStream() {
            return answers;
          }

          @Override
          public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
          }

          @Override
          public void setSoTimeout(int millis) {
            // There is no socket, and nothing to wait for.
          }
        };
    Transport transport = new Transport(socket, socket, Duration.ofSeconds(1));
    Conversation conversation =
        new Conversation(
            transport,
            new WireReader(answers),
            "recorded",
            new DisplayText(),
            Duration.ofMinutes(1));
    conversation.server().capabilities(capabilities);
    return conversation;
  }
}
