package org.mailcaravan.component.dav;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

/**
 * Imports the file of the mailbox in the body, which stays as it is. Does nothing for a mailbox
 * that came without one.
 */
class DavProducer extends DefaultProducer {
  private final DavEndpoint endpoint;

  DavProducer(DavEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // A missing collaborator shall stop the start, not the first mailbox.
    DavComponent component = endpoint.getComponent();
    component.requireGroupwareImport();
    component.requireAccounts();
    component.requireSink();
  }

  @Override
  public void process(Exchange exchange) throws InvalidPayloadException {
    Mailbox mailbox = exchange.getMessage().getMandatoryBody(Mailbox.class);
    Optional<Path> file = endpoint.getOperation().file(mailbox);
    if (file.isPresent()) {
      importFile(mailbox, file.get());
    }
  }

  private void importFile(Mailbox mailbox, Path file) {
    DavComponent component = endpoint.getComponent();
    Groupware kind = endpoint.getOperation().kind();
    DavAccount account = component.requireAccounts().accountFor(mailbox);
    URI collection = account.collection(kind).orElseThrow(() -> notConfigured(kind, file));
    ImportResult result =
        component
            .requireGroupwareImport()
            .importFile(kind, file, collection, account.username(), account.password());
    component.requireSink().imported(mailbox, kind, result);
  }

  private static NeedsAttention notConfigured(Groupware kind, Path file) {
    String property =
        switch (kind) {
          case CONTACTS -> "destination.carddav-url";
          case CALENDARS -> "destination.caldav-url";
        };
    return new NeedsAttention(
        new Problem(
            String.valueOf(file.getFileName()),
            "no server for it is configured",
            Owner.US,
            "set " + property + " in the configuration, then start the mailbox again"));
  }
}
