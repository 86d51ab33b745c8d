package org.mailcaravan.dav;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.PulledResources;
import org.mailcaravan.store.StoredResources;

/** An importer with a database of its own. */
public final class Importing implements AutoCloseable {
  final Database database = Database.forThisRun();

  public Database database() {
    return database;
  }

  /** One request after the other, so that their order is certain. */
  public GroupwareImport oneByOne() {
    return with(1, Duration.ofSeconds(20), Clock.systemUTC());
  }

  /** The same with hosts that may mail people. */
  GroupwareImport oneByOne(Set<String> mayMail) {
    return with(1, Duration.ofSeconds(20), Clock.systemUTC(), mayMail);
  }

  GroupwareImport with(int inFlight, Duration patience, Clock clock) {
    return with(inFlight, patience, clock, Set.of());
  }

  private GroupwareImport with(int inFlight, Duration patience, Clock clock, Set<String> mayMail) {
    return new GroupwareImport(
        DavTransport.toDestination(anywhere(), patience, Set.of(), clock),
        new StoredResources(database),
        inFlight,
        Path.of(System.getProperty("java.io.tmpdir")),
        mayMail);
  }

  /** Fetches from servers on the loopback address, too. */
  public ProviderImport fromProviders(Path spool) {
    Duration patience = Duration.ofSeconds(20);
    Set<String> here = Set.of("127.0.0.1");
    return new ProviderImport(
        DavTransport.toSources(
            new Connector(new ConnectionRules(false, here, false, here, patience, patience, null)),
            patience,
            Set.of(),
            Clock.systemUTC()),
        oneByOne(),
        new PulledResources(database),
        spool);
  }

  /** Under the rules for our own servers. */
  static Connector anywhere() {
    Duration patience = Duration.ofSeconds(10);
    return new Connector(
        new ConnectionRules(true, Set.of(), true, Set.of(), patience, patience, null));
  }

  /** An account whose address books and calendars are at one URL. */
  static DavAccount account(URI url, boolean exact, String username, String password) {
    DavAccount.Place place = new DavAccount.Place(url, exact);
    return new DavAccount(
        username, new DavLogin.Password(username, Secret.of(password)), place, place);
  }

  /** The numbers of a result: imported, already there, updated, kept, repeated, refused. */
  static String counts(ImportResult result) {
    return "%d imported, %d there, %d updated, %d kept, %d repeated, %d refused"
        .formatted(
            result.imported(),
            result.alreadyThere(),
            result.updated(),
            result.kept(),
            result.repeated(),
            result.refused().size());
  }

  static String imported(int imported, int there) {
    return "%d imported, %d there, 0 updated, 0 kept, 0 repeated, 0 refused"
        .formatted(imported, there);
  }

  @Override
  public void close() {
    database.close();
  }
}
