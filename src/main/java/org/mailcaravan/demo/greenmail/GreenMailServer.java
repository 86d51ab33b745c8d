package org.mailcaravan.demo.greenmail;

import com.icegreen.greenmail.imap.AuthorizationException;
import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.demo.DemoServer;
import org.mailcaravan.demo.GeneratedMail.Letter;
import org.mailcaravan.demo.GeneratedMail.Mark;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Sha256;

/** A GreenMail, on a free loopback port. */
final class GreenMailServer implements DemoServer {
  private static final String HOST = "127.0.0.1";
  private static final Map<Mark, Flags.Flag> FLAGS =
      Map.of(
          Mark.SEEN, Flags.Flag.SEEN,
          Mark.ANSWERED, Flags.Flag.ANSWERED,
          Mark.FLAGGED, Flags.Flag.FLAGGED);

  private final GreenMail greenMail =
      StartedGreenMail.of(new ServerSetup(0, HOST, ServerSetup.PROTOCOL_IMAP));
  private final Session session = Session.getInstance(new Properties());

  @Override
  public Server address() {
    return new Server(HOST, greenMail.getImap().getPort(), Security.NONE);
  }

  @Override
  public void addMailbox(String address, String password) {
    greenMail.setUser(address, address, password);
  }

  @Override
  public void fill(String address, String folder, List<Letter> letters) {
    GreenMailUser user = greenMail.getUserManager().getUserByEmail(address);
    ImapHostManager host = greenMail.getManagers().getImapHostManager();
    try {
      MailFolder target = host.getFolder(user, folder);
      if (target == null) {
        target = host.createMailbox(user, folder);
      }
      for (Letter letter : letters) {
        byte[] octets = letter.text().getBytes(StandardCharsets.US_ASCII);
        MimeMessage message = new MimeMessage(session, new ByteArrayInputStream(octets));
        Flags flags = new Flags();
        letter.marks().forEach(mark -> flags.add(FLAGS.get(mark)));
        target.appendMessage(message, flags, Date.from(letter.received()));
      }
    } catch (FolderException | AuthorizationException | MessagingException e) {
      throw new IllegalStateException("The demo's mail server refused its own mail", e);
    }
  }

  @Override
  public Map<String, List<Held>> contents(String address) {
    GreenMailUser user = greenMail.getUserManager().getUserByEmail(address);
    Map<String, List<Held>> contents = new TreeMap<>();
    try {
      for (MailFolder folder :
          greenMail.getManagers().getImapHostManager().listMailboxes(user, "*")) {
        List<Held> held = new ArrayList<>();
        for (StoredMessage message : folder.getMessages()) {
          held.add(held(message));
        }
        if (!held.isEmpty()) {
          // Such as #mail.owner.Archive.2019, with a number for the owner.
          contents.put(folder.getFullName().replaceFirst("^#mail\\.[^.]*\\.", ""), held);
        }
      }
      return contents;
    } catch (FolderException | MessagingException e) {
      throw new IllegalStateException("The demo's mail server cannot be read", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Held held(StoredMessage message) throws MessagingException, IOException {
    Set<Mark> marks = new TreeSet<>();
    FLAGS.forEach(
        (mark, flag) -> {
          if (message.isSet(flag)) {
            marks.add(mark);
          }
        });
    MessageDigest digest = Sha256.digest();
    message
        .getMimeMessage()
        .writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return new Held(
        HexFormat.of().formatHex(digest.digest()),
        marks,
        message.getReceivedDate().toInstant().truncatedTo(ChronoUnit.SECONDS));
  }

  @Override
  public void close() {
    greenMail.stop();
  }
}
