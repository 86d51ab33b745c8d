package org.mailcaravan.sync.folders;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Finds out what source folders hold, where the list does not tell. Kolab tells it by annotation.
 * Where only the name suggests calendars, contacts or notes, the first messages are looked at: a
 * user may have given that name to a folder with mail.
 */
final class FolderContents {
  private static final int MESSAGES = 3;
  private static final int MOST_LOOKED_INTO = 50;
  private static final int MOST_ASKED_FOR = 5_000;
  private static final int MOST_OF_HEADER = 64 << 10;

  private static final Pattern FROM_SOMEBODY = Pattern.compile("(?im)^(received|from)[ \t]*:");

  private static final Pattern NO_MAIL =
      Pattern.compile(
          "(?im)^content-type[ \t]*:\\s*text/(calendar|(x-)?vcard|x-vcalendar|directory)");

  private FolderContents() {}

  /** The folders, with what was found out. */
  static Listing of(MailboxSession session, Listing source) {
    List<ListedFolder> folders = new ArrayList<>();
    Map<String, String> types = types(session, source);
    Exclusions exclusions = new Exclusions(source.kind(), source.namespaces(), source.folders());
    RuledFolders ruled = RuledFolders.of(PassRules.of(session), source);
    Set<String> leftOut = leftOut(session);
    int looks = 0;
    for (ListedFolder folder : source.folders()) {
      String type = types.getOrDefault(folder.name().wire(), "mail").replaceFirst("\\..*", "");
      boolean open =
          source.kind() == SourceKind.GROUPWARE
              && exclusions.isByName(folder)
              && ruled.leftOutBy(folder).isEmpty()
              && Listing.mayHoldMail(folder);
      if (FoundContents.isOther(type)) {
        folders.add(FoundContents.other(folder, type));
      } else if (isNamed(folder, source, leftOut)) {
        folders.add(FoundContents.leftOut(folder));
      } else if (open && looks++ < MOST_LOOKED_INTO && holdsMail(session, folder)) {
        folders.add(FoundContents.mail(folder));
      } else {
        folders.add(folder);
      }
    }
    return new Listing(source.kind(), source.namespaces(), folders);
  }

  /** The names at the top of what holds no mail at this provider. */
  private static Set<String> leftOut(MailboxSession session) {
    return session.provider().stream()
        .flatMap(provider -> provider.leftOut().stream())
        .map(NonMailNames::key)
        .collect(Collectors.toSet());
  }

  private static boolean isNamed(ListedFolder folder, Listing source, Set<String> leftOut) {
    SourcePath path = SourcePath.of(folder, source.namespaces());
    return !path.underInbox() && leftOut.contains(Exclusions.topName(path));
  }

  private static Map<String, String> types(MailboxSession session, Listing source) {
    if (source.folders().size() > MOST_ASKED_FOR) {
      return Map.of();
    }
    return session.on(
        Side.SOURCE,
        Where.foldersAt(session.server(Side.SOURCE)),
        connection ->
            connection.folderTypes(
                source.folders().stream()
                    .filter(folder -> folder.selectable() && !Listing.isInbox(folder.name().text()))
                    .map(ListedFolder::name)
                    .toList()));
  }

  private static boolean holdsMail(MailboxSession session, ListedFolder folder) {
    return session.all(
        Side.SOURCE,
        Where.folder(folder.name()),
        connection -> {
          try {
            return holdsMail(connection, folder);
          } catch (CommandRefused e) {
            // Only its name is known.
            return false;
          }
        });
  }

  private static boolean holdsMail(ImapConnection connection, ListedFolder folder) {
    long messages = connection.examine(folder.name()).status().messages();
    if (messages == 0) {
      return false;
    }
    List<Long> first = connection.uidsAt("1:" + Math.min(MESSAGES, messages));
    AtomicBoolean mail = new AtomicBoolean();
    for (String set : UidSet.of(first).commands()) {
      connection.read(
          set,
          EnumSet.of(FetchItem.HEADER),
          Header::read,
          message -> {
            if (message.content() instanceof Header header && header.isOfMail()) {
              mail.set(true);
            }
          });
    }
    return mail.get();
  }

  /** The first part of a header. */
  private record Header(long size, String text) implements Content {
    static Header read(long size, InputStream in) throws IOException {
      byte[] octets = in.readNBytes((int) Math.min(size, MOST_OF_HEADER));
      return new Header(size, new String(octets, StandardCharsets.ISO_8859_1));
    }

    boolean isOfMail() {
      return FROM_SOMEBODY.matcher(text).find() && !NO_MAIL.matcher(text).find();
    }

    @Override
    public void writeTo(OutputStream out) {
      throw new UncheckedIOException(new IOException("only its beginning was kept"));
    }

    @Override
    public void close() {}
  }
}
