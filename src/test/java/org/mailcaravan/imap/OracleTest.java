package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.junit.jupiter.api.Test;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Messages;

/** An ordinary mail client reads what we wrote, and we read what it wrote. */
@EnabledIfInstalled("dovecot")
class OracleTest {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-01T03:04:05+05:45");
  private static final String FOLDER = "Entwürfe & 日本";

  @Test
  void agreesWithAnOrdinaryMailClient() throws MessagingException, IOException {
    try (DovecotServer dovecot = DovecotServer.start()) {
      dovecot.addUser("ann", "secret");
      List<byte[]> octets = new ArrayList<>();
      Messages messages = new Messages(11);
      for (int i = 0; i < 40; i++) {
        octets.add(messages.next());
      }
      try (ImapConnection connection = Connections.login(dovecot.port(), "ann", "secret");
          Store store = oracle(dovecot)) {
        FolderName name = connection.folderName(FOLDER);
        connection.create(name);
        connection.append(
            name,
            octets.stream()
                .map(
                    o ->
                        new OutgoingMessage(
                            Set.of("\\Flagged", "$Label1"), DATE, new MemoryContent(o)))
                .toList());

        try (Folder folder = store.getFolder(FOLDER)) {
          folder.open(Folder.READ_WRITE);
          assertThat(folder.getMessageCount()).isEqualTo(octets.size());
          for (int i = 0; i < octets.size(); i++) {
            IMAPMessage message = (IMAPMessage) folder.getMessage(i + 1);
            message.setPeek(true);
            assertThat(mime(message)).isEqualTo(octets.get(i));
            assertThat(message.getReceivedDate().toInstant()).isEqualTo(DATE.toInstant());
            assertThat(message.isSet(Flags.Flag.FLAGGED)).isTrue();
            assertThat(message.isSet(Flags.Flag.SEEN)).isFalse();
            assertThat(message.getFlags().getUserFlags()).containsExactly("$Label1");
          }
          folder.appendMessages(new Message[] {written()});
        }

        connection.examine(name);
        String last = Integer.toString(octets.size() + 1);
        FetchedMessage fetched =
            Connections.fetch(
                    connection, last, FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.MESSAGE)
                .get(0);
        assertThat(new String(Connections.octets(fetched), StandardCharsets.US_ASCII))
            .isEqualTo("Subject: by the other\r\n\r\nbody\r\n");
        assertThat(fetched.flags()).containsExactly("\\Answered");
      }
    }
  }

  private static Store oracle(DovecotServer dovecot) throws MessagingException {
    Store store = Session.getInstance(new Properties()).getStore("imap");
    store.connect("127.0.0.1", dovecot.port(), "ann", "secret");
    return store;
  }

  private static Message written() throws MessagingException {
    byte[] octets = "Subject: by the other\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII);
    Message message = new MimeMessage((Session) null, new ByteArrayInputStream(octets));
    message.setFlag(Flags.Flag.ANSWERED, true);
    return message;
  }

  private static byte[] mime(IMAPMessage message) throws MessagingException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = message.getMimeStream()) {
      in.transferTo(out);
    }
    return out.toByteArray();
  }
}
