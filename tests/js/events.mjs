// An event as a client shows it: its words, its shield, or why it has no words.

import { EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";

export async function describe(client, event) {
    await client.decryptEventIfNeeded(event);
    const failure = event.isDecryptionFailure() ? event.decryptionFailureReason : null;
    const info =
        event.isEncrypted() && failure === null
            ? await client.getCrypto().getEncryptionInfoForEvent(event)
            : null;
    return {
        room: event.getRoomId(),
        event_id: event.getId(),
        sender: event.getSender(),
        type: event.getType(),
        // In the place of words that it cannot read the SDK puts a sentence of its own.
        content: failure === null ? event.getContent() : event.getWireContent(),
        encrypted: event.isEncrypted(),
        failure,
        colour: info && EventShieldColour[info.shieldColour],
        reason: info && info.shieldReason !== null ? EventShieldReason[info.shieldReason] : null,
    };
}
