package org.mailcaravan.component.dav;

import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.ImportSink;
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
    ImportSink sink = component.requireSink();
    List<ImportResult> results =
        component
            .requireGroupwareImport()
            .importFiles(
                kind,
                files,
                component.requireAccounts().accountFor(mailbox),
                endpoint.getOperation().collection(mailbox).orElse(null),
                () -> sink.progressed(mailbox));
    sink.imported(mailbox, kind, results);
  }
}
