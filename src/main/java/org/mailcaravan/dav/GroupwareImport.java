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
import org.mailcaravan.store.StoredResources;

/**
 * Puts exported files of contacts or events on a CardDAV or CalDAV server. What the user changed
 * there is never touched and what is there already is not sent again, so files can be imported
 * again at any time; that is also how an import that was interrupted goes on. Thread-safe.
 */
public final class GroupwareImport {
  private final DavTransport transport;
  private final StoredResources ledger;
  private final int requestsInFlight;
  private final Path spool;
  private final Set<String> mayMail;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /**
   * @param transport to our servers
   * @param ledger knows what was stored before
   * @param requestsInFlight how many cards or events of a mailbox are sent at once
   * @param spool an existing folder, for what is unpacked
   * @param mayMail hosts, in lower case, that are given events with attendees although they mail
   *     these whatever the event says
   */
  public GroupwareImport(
      DavTransport transport,
      StoredResources ledger,
      int requestsInFlight,
      Path spool,
      Set<String> mayMail) {
    this.transport = transport;
    this.ledger = ledger;
    this.requestsInFlight = requestsInFlight;
    this.spool = spool;
    this.mayMail = Set.copyOf(mayMail);
  }

  /**
   * Imports files to their end, one after the other. A card or event that is broken or that the
   * server refuses is listed in the result, and the others are imported. The collection is created
   * when it is missing.
   *
   * @param account where they go
   * @param collection the display name of the address book or calendar, or null for the default one
   * @param exported files of one mailbox; what stands in two of them is imported once
   * @param progress is run for each card or event that was dealt with
   * @return for each file, what became of it
   * @throws org.mailcaravan.model.TryAgain when the server is busy or cannot be reached; a call
   *     with the same files goes on where this one stopped
   * @throws NeedsAttention when no server is configured, the login is refused, nothing can be
   *     stored in the collection, or a file cannot be read or is not the one that was accepted
   */
  public List<ImportResult> importFiles(
      Groupware kind,
      GroupwareSource.Exported exported,
      DavAccount account,
      @Nullable String collection,
      Runnable progress) {
    List<Path> files = exported.files();
    requireUnchanged(exported);
    Destination.Wanted wanted = new Destination.Wanted(collection, null, null, Set.of());
    List<ImportResult> results = new ArrayList<>();
    try (ExportReader reader = Exports.open(kind, files, spool);
        Incoming incoming =
            new Incoming(
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
   * Opens collections of an account.
   *
   * @param what is put there; the same goes to the same place again
   */
  Function<Destination.Wanted, CollectionImport> target(
      Groupware kind, DavAccount account, String what) {
    DavAccount.Place place = account.place(kind).orElseThrow(() -> notConfigured(kind));
    DavClient client = new DavClient(transport, account.username(), account.password());
    Destination destination = new Destination(client, kind, place);
    String choice = Digest.of(kind + " " + what);
    return wanted -> {
      URI before = ledger.chosen(account.address(), choice).map(URI::create).orElse(null);
      Destination.Opened opened = destination.open(wanted, before);
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
   * Looks what the server does with events that have attendees.
   *
   * @return a warning, or empty where it mails nobody
   * @throws org.mailcaravan.model.MigrationException when the server cannot be asked
   */
  public Optional<String> warning(DavAccount account) {
    DavAccount.Place place = account.place(Groupware.CALENDARS).orElse(null);
    if (place == null) {
      return Optional.empty();
    }
    String host = String.valueOf(place.url().getHost());
    return switch (new DavClient(transport, account.username(), account.password())
        .scheduling(place.url())) {
      case NONE -> Optional.empty();
      case UNLESS_LEFT_TO_CLIENT ->
          Optional.of(
              host
                  + " sends invitations for events that are stored there. Those with attendees are"
                  + " stored with SCHEDULE-AGENT=CLIENT, so that it mails nobody.");
      case ALWAYS ->
          Optional.of(
              host
                  + " mails invitations to attendees of events that are stored there, whatever these"
                  + " say (Zimbra). "
                  + (mayMail(place.url())
                      ? "dav.allow-scheduling-server names it, so they are stored all the same."
                      : "Events with attendees are not stored there; see"
                          + " dav.allow-scheduling-server."));
    };
  }

  int requestsInFlight() {
    return requestsInFlight;
  }

  /** Another request may have brought another file of the same name. */
  private static void requireUnchanged(GroupwareSource.Exported exported) {
    for (int i = 0; i < exported.digests().size(); i++) {
      Path file = exported.files().get(i);
      try {
        if (!FileDigest.of(file).equals(exported.digests().get(i))) {
          throw new NeedsAttention(
              new Problem(
                  Where.file(ExportText.fileName(file)),
                  "the file is not the one any more that was there when the request was accepted",
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
            "See that the file is there and that this program may read it, then send the request"
                + " for this mailbox again."),
        cause);
  }

  private static ImportResult importFile(ExportReader reader, Path file, Incoming incoming) {
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
