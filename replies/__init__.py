"""What we say and do about it: drafts, guidance, approval, posting, proof, cases, follow-up.

Flow: ``draft`` (a person writes; versions, lock, presence) -> ``guidance`` (findings on the text; some block)
-> ``approve`` (``states`` says what may follow) -> ``post`` (claim, write the Attempt, call the platform once)
-> ``verify`` (read back; adopt, notice, resolve "unsure") -> ``cases`` (responsible, deadline, solved)
-> ``follow_up`` (say publicly that it is solved; confirmed, disputed, silent or rating raised).
Nothing is said by a machine: every public word passed through a person's hands.
"""
