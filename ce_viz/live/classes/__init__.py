"""A class that follows its teacher: rooms in the memory of one process, spoken to over HTTP.

The teacher's page says what it shows; that is worked out once for each language and sent to everybody. Students vote
or guess; the teacher sees how. Nothing is on a disk, nobody has an account, and whoever holds the key can open the same
class again on any other process (`codes`).

limits     how much of everything, and why
codes      a key, and the code that follows from it
lecture    what the pages give: what is shown, what can be asked of it
messages   what the two sides may say, read from JSON that anyone could have written
poll       a question and its votes
stream     one listener: what waits to be sent, never more than the newest
room       one class: who listens, what is shown, what is asked
hall       all rooms of the process, and what happens by the clock
route      HTTP
"""
