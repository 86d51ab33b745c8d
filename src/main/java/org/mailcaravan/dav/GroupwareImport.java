package org.mailcaravan.dav;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.FileDigest;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.StoredResources;

/**
 * Imports exported files of contacts or events into a CardDAV or CalDAV server. It never changes
 * what the user has changed there and does not send what is there already, so files can be imported
 * again at any time. An interrupted import continues in the same way. Thread-safe.
 */
public final class GroupwareImport {
  private final DavTransport transport;
  private final StoredResources ledger;
  private final int requestsInFlight;
  private final Path spool;
  private final Set<String> mayMail;
  private final Map<String, Integer> failures;

  /**
   * @param transport to our own servers
   * @param ledger records what imports have stored
   * @param requestsInFlight how many cards or events of a mailbox are sent side by side
   * @param spool an existing folder, for unpacked texts
   * @param mayMail hosts, in lower case, where events with attendees are stored although the server
   *     mails them regardless
   */
  public GroupwareImport(
      DavTransport transport,
      StoredResources ledger,
      int requestsInFlight,
      Path spool,
      Set<String> mayMail) {
    this(
        transport, ledger, requestsInFlight, spool, Set.copyOf(mayMail), new ConcurrentHashMap<>());
  }

  private GroupwareImport(
      DavTransport transport,
      StoredResources ledger,
      int requestsInFlight,
      Path spool,
      Set<String> mayMail,
      Map<String, Integer> failures) {
    this.transport = transport;
    this.ledger = ledger;
    this.requestsInFlight = requestsInFlight;
    this.spool = spool;
    this.mayMail = mayMail;
    this.failures = failures;
  }

  /** The same import, which records what it stores in the database of one pass. */
  public GroupwareImport recordingIn(Database pass) {
    return new GroupwareImport(
        transport, new StoredResources(pass), requestsInFlight, spool, mayMail, failures);
  }

  /**
   * Imports files, one after the other. A card or event that is broken or that the server refuses
   * is listed in the result, and the others are imported. A missing collection is created.
   *
   * @param account the account to import into
   * @param collection the display name of the address book or calendar, or null for the default one
   * @param exported the files of one mailbox; what is in two of them is imported once
   * @param progress is run after each stored card or event
   * @return one result for each file, in order
   * @throws org.mailcaravan.model.TryAgain when the server is busy or cannot be reached; the next
   *     call with the same files continues
   * @throws NeedsAttention when no server is configured, the login is refused, nothing can be
   *     stored in the collection, or a file cannot be read or has changed since the request was
   *     accepted
   */
  public List<ImportResult> importFiles(
      Groupware kind,
      GroupwareSource.Exported exported,
      DavAccount account,
      @Nullable String collection,
      Runnable progress) {
    List<Path> files = exported.files();
    requireUnchanged(exported, () -> {});
    CollectionFinder.Wanted wanted = new CollectionFinder.Wanted(collection, null, null, Set.of());
    List<ImportResult> results = new ArrayList<>();
    try (ExportReader reader = Exports.open(kind, files, spool);
        StoringVisitor incoming =
            new StoringVisitor(
                target(kind, account, collection == null ? "files" : "files for " + collection),
                wanted,
                requestsInFlight,
                progress)) {
      for (Path file : files) {
        results.add(importFile(reader, file, incoming));
      }
    }
    return results;
  }

  /**
   * Reads files to their end, as an import does, and stores nothing.
   *
   * @param goOn is run again and again, and may throw to end the reading
   * @return for each file how many cards or events it has, and how many cannot be read
   * @throws NeedsAttention when a file cannot be read, has changed since the request was accepted,
   *     or has nothing that can be used
   */
  public List<String> look(Groupware kind, GroupwareSource.Exported exported, Runnable goOn) {
    requireUnchanged(exported, goOn);
    List<String> notes = new ArrayList<>();
    try (ExportReader reader = Exports.open(kind, exported.files(), spool, goOn)) {
      for (Path file : exported.files()) {
        CountingVisitor found = new CountingVisitor(kind, ExportText.fileName(file));
        try {
          reader.read(file, found);
        } catch (IOException e) {
          throw unreadable(file, e);
        }
        notes.add(found.note());
      }
    }
    return notes;
  }

  /**
   * Looks whether the server can be reached and lets the account in; nothing is created.
   *
   * @param goOn is run before each request, and may throw to end the look
   * @return what people should know of the server
   * @throws org.mailcaravan.model.TryAgain when the server is busy or cannot be reached
   * @throws NeedsAttention when no server is configured, the login is refused, or the URL is wrong
   */
  public List<String> look(Groupware kind, DavAccount account, Runnable goOn) {
    DavAccount.Place place = account.place(kind).orElseThrow(() -> notConfigured(kind));
    DavClient client = new DavClient(transport.asking(goOn), account.login());
    new CollectionFinder(client, kind, place).look();
    return kind == Groupware.CALENDARS ? warning(client, place.url()).stream().toList() : List.of();
  }

  /**
   * Returns a function that opens a collection of an account.
   *
   * @param what names the source; it is imported into the same collection each time
   */
  Function<CollectionFinder.Wanted, CollectionImport> target(
      Groupware kind, DavAccount account, String what) {
    DavAccount.Place place = account.place(kind).orElseThrow(() -> notConfigured(kind));
    DavClient client = new DavClient(transport, account.login());
    CollectionFinder destination = new CollectionFinder(client, kind, place);
    String choice = Digest.of(kind + " " + what);
    return wanted -> {
      URI before = ledger.chosen(account.address(), choice).map(URI::create).orElse(null);
      CollectionFinder.Opened opened = destination.open(wanted, before);
      CollectionImport target =
          CollectionImport.into(
              new DavCollection(client, kind, opened.facts(), mayMail(opened.facts().uri())),
              opened,
              ledger,
              failures,
              account.address());
      ledger.choose(account.address(), choice, target.key());
      return target;
    };
  }

  private boolean mayMail(URI uri) {
    return mayMail.contains(String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT));
  }

  /**
   * Asks the server what it does with events that have attendees.
   *
   * @return a warning for people, or empty when the server mails nobody
   * @throws org.mailcaravan.model.MigrationException when the server cannot be asked
   */
  public Optional<String> warning(DavAccount account) {
    DavAccount.Place place = account.place(Groupware.CALENDARS).orElse(null);
    return place == null
        ? Optional.empty()
        : warning(new DavClient(transport, account.login()), place.url());
  }

  private Optional<String> warning(DavClient client, URI url) {
    String host = String.valueOf(url.getHost());
    return switch (client.scheduling(url)) {
      case NONE -> Optional.empty();
      case UNLESS_LEFT_TO_CLIENT ->
          Optional.of(
              host
                  + " sends invitations for events that are stored there. Events with attendees are"
                  + " stored with SCHEDULE-AGENT=CLIENT, so that it mails nobody.");
      case ALWAYS ->
          Optional.of(
              host
                  + " mails the attendees of events that are stored there, and the event cannot"
                  + " prevent it (Zimbra). "
                  + (mayMail(url)
                      ? "They are stored all the same, since dav.allow-scheduling-server names"
                          + " the host."
                      : "Events with attendees are not stored there; see"
                          + " dav.allow-scheduling-server."));
    };
  }

  int requestsInFlight() {
    return requestsInFlight;
  }

  /** Another request may have replaced the file. */
  private static void requireUnchanged(GroupwareSource.Exported exported, Runnable goOn) {
    for (int i = 0; i < exported.digests().size(); i++) {
      Path file = exported.files().get(i);
      try {
        if (!FileDigest.of(file, goOn).equals(exported.digests().get(i))) {
          throw new NeedsAttention(
              new Problem(
                  Where.file(ExportText.fileName(file)),
                  "the file has changed since the request was accepted",
                  Owner.US,
                  "Put the right file there and send the request for this mailbox again."));
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
  }

  private static NeedsAttention unreadable(Path file, IOException cause) {
    return new NeedsAttention(
        new Problem(
            Where.file(ExportText.fileName(file)),
            "the file cannot be read (" + cause.getClass().getSimpleName() + ")",
            Owner.US,
            "Check that the file exists and that this program may read it, then send the request"
                + " for this mailbox again."),
        cause);
  }

  private static ImportResult importFile(ExportReader reader, Path file, StoringVisitor incoming) {
    String name = ExportText.fileName(file);
    try {
      reader.read(file, incoming);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return incoming.result(name);
  }

  private static NeedsAttention notConfigured(Groupware kind) {
    return new NeedsAttention(
        new Problem(
            Where.words(kind.collection() + " of the mailbox"),
            "no server for it is configured",
            Owner.US,
            "Set " + kind.setting() + " in the configuration, then start the mailbox again."));
  }
}
