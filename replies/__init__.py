"""What we say and do about it: drafts, guidance, approval, posting, proof, cases, follow-up.

Flow: ``draft`` (a person writes; versions, lock, presence) -> ``guidance`` (findings on the text; some block)
-> ``approve`` (``states`` says what may follow) -> ``post`` (claim, write the Attempt, call the platform once)
or ``manual`` (a person posts and says so)
-> ``verify`` (read back; notice, resolve "unsure") and ``adopt`` (take over what colleagues wrote on the platform)
-> ``cases`` (responsible, deadline, solved)
-> ``follow_up`` (say publicly that it is solved; confirmed, disputed, silent or rating raised).
Nothing is said by a machine: every public word passed through a person's hands.
"""
