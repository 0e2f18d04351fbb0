// Verifications by emoji, each by its transaction id, told of whenever one changes.

import {
    VerificationPhase,
    VerificationRequestEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";

export class Checks {
    #tell;
    // The SDK holds its requests weakly: one that nobody keeps hears nothing any more.
    #all = new Map();

    constructor(tell) {
        this.#tell = tell;
    }

    clear() {
        this.#all.clear();
    }

    // Follows a request from now on; returns its transaction id.
    add(request) {
        const id = request.transactionId;
        if (!this.#all.has(id)) {
            this.#all.set(id, { request, verifier: null });
            request.on(VerificationRequestEvent.Change, () => this.#changed(id));
        }
        this.#changed(id);
        return id;
    }

    accept(id) {
        return this.#get(id).request.accept();
    }

    async begin(id) {
        this.#follow(id, await this.#get(id).request.startVerification("m.sas.v1"));
    }

    match(id) {
        return this.#sas(id).confirm();
    }

    differ(id) {
        this.#sas(id).mismatch();
    }

    cancel(id) {
        return this.#get(id).request.cancel();
    }

    #get(id) {
        const found = this.#all.get(id);
        if (!found) throw new Error("no such verification");
        return found;
    }

    #sas(id) {
        const sas = this.#get(id).verifier?.getShowSasCallbacks();
        if (!sas) throw new Error("no emoji are shown");
        return sas;
    }

    #follow(id, verifier) {
        const found = this.#get(id);
        if (found.verifier === verifier) return;
        found.verifier = verifier;
        // Accepts what the other side began. How it ended stands in the request's phase.
        verifier.verify().catch(() => {});
    }

    #changed(id) {
        const found = this.#all.get(id);
        if (!found) return;
        const { request } = found;
        if (request.verifier) this.#follow(id, request.verifier);
        // A verifier shows its emoji after it has told of the change that brought them.
        queueMicrotask(() => {
            const sas = found.verifier?.getShowSasCallbacks()?.sas;
            this.#tell({
                check: id,
                phase: VerificationPhase[request.phase],
                user: request.otherUserId,
                device: request.otherDeviceId ?? null,
                room: request.roomId ?? null,
                mine: request.initiatedByMe,
                emoji: sas?.emoji?.map(([symbol]) => symbol) ?? [],
                names: sas?.emoji?.map(([, name]) => name) ?? [],
                decimal: sas?.decimal ?? [],
                code: request.cancellationCode,
                cancelled_by: request.cancellingUserId ?? null,
            });
        });
    }
}
