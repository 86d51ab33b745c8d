package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.store.Batches;
import org.mailcaravan.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a file to a batch: the bean {@code requests} of the routes. Thread-safe. */
public final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  private final RequestReader reader;
  private final Database database;
  private final Batches batches;
  private final Vault vault;
  private final Progress progress;
  private final Path archiveFolder;

  /**
   * @param archiveFolder where masked copies of accepted files are kept
   */
  public Requests(
      RequestReader reader,
      Database database,
      Batches batches,
      Vault vault,
      Progress progress,
      Path archiveFolder) {
    this.reader = reader;
    this.database = database;
    this.batches = batches;
    this.vault = vault;
    this.progress = progress;
    this.archiveFolder = archiveFolder;
  }

  /**
   * Reads a request; stores nothing.
   *
   * @throws org.mailcaravan.model.RequestRejected when the file as a whole cannot be used
   */
  public Request read(String file) {
    return reader.read(Path.of(file));
  }

  /** Keeps a copy of an accepted file with its passwords masked; gives the request back. */
  public Request archive(String file, Request request) {
    Path original = Path.of(file);
    Path copy = new MaskedCopy().write(original, archiveFolder.resolve(original.getFileName()));
    LOG.info("request {} accepted, masked copy in {}", request.name(), copy);
    return request;
  }

  /**
   * Lets nobody but its owner read a file that is turned away: it may hold passwords. Where that is
   * not possible, as with a file of somebody else, a warning is all.
   */
  public void keepPrivate(String file) {
    try {
      Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("{} may hold passwords, and others may be able to read it: {}", file, e.toString());
    }
  }

  /** Stores a request as a batch with its credentials, all or nothing, and tells who watches. */
  public Batch open(Request request) {
    Batch batch = database.insertingFreeKey(() -> store(request));
    LOG.info(
        "batch {} opened: {} mailboxes, {} problems in rejected rows",
        batch.id(),
        batch.mailboxes().size(),
        batch.rejected().size());
    progress.batchOpened(batch);
    return batch;
  }

  private Batch store(Request request) {
    Batch batch = batches.open(request);
    for (int i = 0; i < batch.mailboxes().size(); i++) {
      Mailbox mailbox = batch.mailboxes().get(i);
      RequestRow row = request.rows().get(i);
      vault.put(mailbox.id(), Vault.Role.SOURCE, row.sourcePassword());
      Secret destinationPassword = row.destinationPassword();
      if (destinationPassword != null) {
        vault.put(mailbox.id(), Vault.Role.DESTINATION, destinationPassword);
      }
    }
    return batch;
  }
}
