package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Resemblance;
import org.mailcaravan.sync.copy.FolderBefore;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.HeldBack;
import org.mailcaravan.sync.copy.LookAtFolder;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.copy.RecordFound;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.ContentMatch;
import org.mailcaravan.sync.messages.Resembling;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises what the destination holds already of folders that the ledger does not know: after a
 * lost data folder, or because another tool copied before. Each message there is used once: first
 * for its own folder, then for any other, since the user may have moved it.
 */
final class Recognition {
  private static final Logger LOG = LoggerFactory.getLogger(Recognition.class);

  private final LookAtFolder looks;
  private final OpenDestination destinations;
  private final MailboxSession session;
  private final KnownFolders folders;

  Recognition(LookAtFolder looks, OpenDestination destinations, MailboxSession session) {
    this.looks = looks;
    this.destinations = destinations;
    this.session = session;
    this.folders = KnownFolders.of(session);
  }

  /**
   * Recognises.
   *
   * @return false when a folder could not be opened, or does not show all that it holds, so that
   *     its mail is still to be recognised
   */
  boolean recognise(MailboxPlan plan) {
    if (folders.destination().folders().stream().noneMatch(Listing::mayHoldMail)) {
      return true;
    }
    List<FolderLook> seen = looks.lookAtAll(session, plan.folders());
    Counterparts counterparts = Counterparts.of(session);
    seen.forEach(look -> look.keepHeaders(counterparts));
    List<FolderLook> open = new ArrayList<>();
    Set<FolderLook> begun = new HashSet<>();
    for (FolderLook look : seen) {
      Optional<ListedFolder> there =
          folders.destination().find(look.plan().mapping().destination());
      boolean holdsMail = there.isPresent() && Listing.mayHoldMail(there.get());
      if (look.ledger() == null && holdsMail) {
        destinations.open(session, look);
        begun.add(look);
      }
      if (!look.fresh().isEmpty()) {
        open.add(look);
      }
    }
    Resembling resembling = new Resembling();
    for (ListedFolder folder : folders.destination().folders()) {
      if (!open.isEmpty() && Listing.mayHoldMail(folder)) {
        recogniseElsewhere(open, begun, folder, resembling);
        open.removeIf(look -> look.fresh().isEmpty());
      }
    }
    if (!resembling.isEmpty()) {
      open.forEach(look -> warn(look, resembling));
    }
    seen.forEach(FolderLook::forgetHeaders);
    return seen.size() == plan.folders().size()
        && !OtherFolders.of(session).isAnyLeftOut()
        && seen.stream().allMatch(look -> look.held().isEmpty());
  }

  /** Reports before anything is copied what nobody can tell apart for sure. */
  private void warn(FolderLook look, Resembling resembling) {
    Resemblance found = resembling.of(look.headers(session));
    if (found.messages() > 0) {
      ledger(look).recordResemblance(found);
      String words = Resembling.words(look.place(), found);
      LOG.warn("{}", words);
      session.tally().note(words);
    }
  }

  private void recogniseElsewhere(
      List<FolderLook> open, Set<FolderLook> begun, ListedFolder folder, Resembling resembling) {
    Where place = Where.folder(folder.name());
    AtomicReference<@Nullable SelectedFolder> opened = new AtomicReference<>();
    AtomicReference<@Nullable FolderBefore> read = new AtomicReference<>();
    OtherFolders.of(session)
        .look(
            session,
            folder.name(),
            () -> {
              SelectedFolder there = session.examine(Side.DESTINATION, place, folder.name());
              opened.set(there);
              read.set(
                  FolderBefore.read(
                      session,
                      place,
                      there,
                      folders.copiesIn(folder.name().text(), there.status().uidValidity())));
            });
    SelectedFolder there = opened.get();
    FolderBefore before = read.get();
    if (there == null || before == null) {
      return;
    }
    for (FolderLook look : open) {
      if (!isOwn(look, folder) || !begun.contains(look)) {
        recogniseElsewhere(look, folder, there, before);
      }
    }
    resembling.add(before.headers());
  }

  private static boolean isOwn(FolderLook look, ListedFolder folder) {
    FolderLedger recorded = look.ledger();
    return Listing.isNamed(
        folder,
        recorded == null
            ? look.plan().mapping().destination()
            : recorded.pair().destinationFolder());
  }

  private void recogniseElsewhere(
      FolderLook look, ListedFolder folder, SelectedFolder there, FolderBefore before) {
    BothFolders both = new BothFolders(session, look.place(), look.source(), there);
    RecordFound found = new RecordFound(look, both, there, () -> ledger(look));
    boolean own = isOwn(look, folder);
    boolean nothingRead = before.headers().count() == 0;
    Collection<Long> unread;
    long recorded;
    try {
      ContentMatch match = new ContentMatch(look.headers(session), before.headers(), both, found);
      if (own) {
        match.find();
      } else {
        match.findElsewhere();
      }
      unread = match.unread();
      recorded = found.end();
    } catch (RuntimeException e) {
      look.forgetHeaders();
      throw e;
    } finally {
      FolderLedger ledger = look.ledger();
      if (ledger != null) {
        look.fresh().removeIf(ledger::contains);
      }
    }
    new HeldBack(session, look)
        .hold(before, folder.name(), own, recorded > 0 || nothingRead, unread);
    if (recorded > 0 && !own) {
      session
          .tally()
          .note(
              (recorded == 1 ? "1 message of " : recorded + " messages of ")
                  + look.place()
                  + " found in folder "
                  + folder.name()
                  + " at the new server already, and left there.");
    }
  }

  private FolderLedger ledger(FolderLook look) {
    if (look.ledger() == null) {
      destinations.open(session, look);
    }
    return Objects.requireNonNull(look.ledger());
  }
}
