package org.mailcaravan.component.dav;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

/**
 * Imports what came with the mailbox in the body, which stays as it is. Does nothing for a mailbox
 * that came without.
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
    GroupwareSource source = endpoint.getOperation().source(mailbox).orElse(null);
    if (source instanceof GroupwareSource.Exported exported) {
      importFiles(mailbox, exported.files());
    } else if (source instanceof GroupwareSource.AtProvider) {
      throw new NeedsAttention(
          new Problem(
              mailbox.source().host(),
              "contacts and calendars cannot be fetched from the old provider's server yet",
              Owner.CUSTOMER,
              "export them there and send the files"));
    }
  }

  private void importFiles(Mailbox mailbox, List<Path> files) {
    DavComponent component = endpoint.getComponent();
    Groupware kind = endpoint.getOperation().kind();
    DavAccount account = component.requireAccounts().accountFor(mailbox);
    URI collection = account.collection(kind).orElseThrow(() -> notConfigured(kind, files.get(0)));
    List<ImportResult> results =
        component
            .requireGroupwareImport()
            .importFiles(kind, files, collection, account.username(), account.password());
    component.requireSink().imported(mailbox, kind, results);
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
